"""Reports of teams: figures that equal their lists, files, links for strangers, and who is told of them once."""

import io
import struct
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
import typst
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from community_ops.notices import digest, gathering, robots
from community_ops.notices.robot_services import LARGEST_PICTURE_BYTES
from community_ops.reports import sharing, telling
from community_ops.reports.behind import Scope, scope_of
from community_ops.reports.contents import described, message_lines
from community_ops.reports.figures import figures_of
from community_ops.reports.spans import last_week, month_span, span_of, spans_to_choose, week_name, week_span
from community_ops.tests.fleet_making import AS_OF, make_fleet, make_fleet_day
from groups.models import AuditEntry, Delivery, Group, Membership, Notice, ReportKind, Robot, SharedReport, User
from groups.notices import choose_report_day, kinds_for
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line
from lifecycle.models import Case, Flag, FleetDay, HealthState, NightRun
from lifecycle.partitions import ensure_months
from lifecycle.tests.cases.making import make_case, make_flag, make_standing
from lifecycle.tests.rules.test_way_back import evidence_of

MONDAY = "2026-11-23T04:00:00Z"  # noon, business time
WEEKLY, MONTHLY = ReportKind.WEEKLY, ReportKind.MONTHLY
WEEK = date(2026, 11, 16)
SUNDAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False) as world:
        yield world


@pytest.fixture
def team():
    return make_team(name="East")


@pytest.fixture
def manager(team):
    return make_user(team, "manager", display_name="Wanda", language="en", email="wanda@example.com")


def put_states(groups, states, day=SUNDAY):
    """Readings of these groups on a day, and the fleet of its team."""
    ensure_months(day, day)
    with connection.cursor() as cursor:
        for group, state in zip(groups, states, strict=True):
            cursor.execute(
                "INSERT INTO lifecycle_health VALUES (%s, %s, %s, 5000, 10000, 5000, 0, 0, 0, 0, 1)",
                [group.pk, day, int(state)],
            )
    if not FleetDay.objects.filter(team_id=groups[0].team_id, day=day).exists():
        make_fleet_day(groups[0].team, day, dict.fromkeys(set(states), 1))


def make_week(team, owner):
    """Four groups, two states, a flag, a case that waits, one that ended, and money."""
    groups = [make_group(team=team, owner=owner, name=f"Group {n} 13800138000") for n in range(4)]
    for group in groups[:2]:
        make_standing(group)
    put_states(groups, [HealthState.STABLE, HealthState.STABLE, HealthState.DEAD, HealthState.UNKNOWN])
    put_states(groups, [HealthState.STABLE] * 4, day=SUNDAY - timedelta(days=7))
    for group in groups[:2]:
        flag, case = make_flag(group), make_case(group)
        Flag.objects.filter(pk=flag.pk).update(raised_on=WEEK)
        Case.objects.filter(pk=case.pk).update(opened_on=WEEK)
    Case.objects.filter(pk=case.pk).update(state="recovered", ended_on=SUNDAY)
    make_flag(groups[3], raised_on=WEEK - timedelta(days=1))  # the week before
    make_line(groups[0], "1200", by=owner, on=date(2026, 11, 3))
    return groups


def figures(team, **more):
    asked = {"today": timezone.localdate(), "now": timezone.now(), "by": "Wanda"}
    return figures_of(Scope((team.pk,), team), more.pop("span", week_span(WEEK)), **asked | more)


@pytest.mark.parametrize(
    ("today", "week"),
    [(date(2026, 11, 22), date(2026, 11, 9)), (date(2026, 11, 23), WEEK), (date(2026, 11, 29), WEEK)],
)
def test_the_last_week_is_the_last_whole_one(today, week):
    assert last_week(today) == week
    assert span_of(WEEKLY, "nonsense", today) == span_of(WEEKLY, "2026-11-18", today) == week_span(week)
    assert span_of(WEEKLY, "2026-10-05", today) == week_span(date(2026, 10, 5))
    assert all(each.first.weekday() == 0 for each in spans_to_choose(WEEKLY, today))
    assert week_name(date(2026, 12, 28)) == "2026-W53"


@pytest.mark.django_db
def test_every_figure_is_the_number_of_its_list(client, team, manager):
    make_week(team, manager)
    foreign = make_team()
    make_week(foreign, make_user(foreign))
    client.force_login(manager)
    answer = client.get(reverse("weekly-report"))
    shown = {label: (int(value), change, address) for _s, label, value, change, address in answer.context["states"]}
    assert {label: value for label, (value, _c, _a) in shown.items() if value} == {
        "Healthy": 2, "Dead": 1, "Not enough data": 1,
    }  # fmt: skip
    assert (shown["Healthy"][1], shown["Dead"][1], shown["Watch"][1]) == ("-2", "+1", "0")
    behind = [(value, address) for value, _change, address in shown.values()]
    behind += [(int(kpi["value"]), kpi["address"]) for kpi in answer.context["counts"]]
    behind += [(count, address) for _l, count, address in answer.context["flags"] + answer.context["outcomes"]]
    assert [value for value, _address in behind[7:]] == [2, 2, 1, 1, 2, 1]
    for value, address in behind:
        rows = client.get(address)
        assert (rows.context["total"], len(rows.context["rows"])) == (value, value), address
    assert client.get(reverse("weekly-list", args=["state-nothing"])).status_code == 404
    money = answer.context["money"][0]
    assert money["value"] == "¥1,200" and client.get(money["address"]).status_code == 200


@pytest.mark.django_db
def test_as_many_queries_for_many_groups(client, team, manager, django_assert_max_num_queries):
    make_week(team, manager)
    client.force_login(manager)
    client.get(reverse("weekly-report"))
    with django_assert_max_num_queries(25) as few:
        client.get(reverse("weekly-report"))
    make_week(team, make_user(team))
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("weekly-report"))


@pytest.mark.django_db
def test_a_week_that_nobody_judged_says_so(client, team, manager):
    make_fleet(team, manager, {HealthState.STABLE: 2}, as_of=AS_OF)
    client.force_login(manager)
    text = client.get(reverse("weekly-report")).text
    assert "No group was judged in this week" in text and "7 days" in text
    assert figures(team)["states"][0] == ["healthy", None, None] and figures(team)["money"]["net"] is None


@pytest.mark.django_db
def test_a_month_is_compared_with_the_month_before(client, team, manager):
    groups = make_week(team, manager)
    put_states(groups, [HealthState.STABLE] * 3 + [HealthState.DEAD], day=date(2026, 10, 31))
    put_states(groups, [HealthState.STABLE] * 4, day=date(2026, 9, 30))
    for group, amount, day in (
        (groups[0], "900", date(2026, 10, 31)),  # the last day counts, the next month does not
        (groups[0], "500", date(2026, 9, 1)),
    ):
        make_line(group, amount, by=manager, on=day)
    make_line(groups[2], "80", by=manager, on=date(2026, 10, 2), category=make_category())
    found = figures(team, span=month_span(date(2026, 10, 5)))
    assert (found["first_day"], found["last_day"], found["judged"]) == ("2026-10-01", "2026-10-31", "2026-10-31")
    assert [state for state in found["states"] if state[1]] == [["healthy", 3, 4], ["dead", 1, 0]]
    assert (found["money"]["net"], found["month"]["before"]["net"]) == ("820.00", "500.00")
    assert [each["group"] for each in found["month"]["losing"]] == [groups[2].pk]
    client.force_login(manager)
    page = client.get(reverse("monthly-report"))
    assert page.context["asked"].span == month_span(date(2026, 10, 1))  # the last that is over
    for _s, _label, value, _change, address in page.context["states"]:
        assert client.get(address).context["total"] == int(value)
    assert "+¥400 since" in page.text
    assert {kpi["value"] for kpi in page.context["money"]} >= {"¥900", "≤ ¥820"}


@pytest.mark.django_db
def test_a_month_without_money_says_so(client, team, manager):
    make_week(team, manager)
    found = figures(team, span=month_span(date(2026, 8, 1)))
    assert found["money"]["net"] is None and found["month"]["models"] == []
    client.force_login(manager)
    text = client.get(reverse("monthly-report"), {"month": "2026-08"}).text
    assert "No group was judged in this month" in text and "No line was entered for this month" in text


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_month_as_a_file_and_as_a_link(client, team, manager, language):
    make_week(team, manager)
    make_line(Group.objects.filter(team=team).first(), "1200", by=manager, on=date(2026, 10, 3))
    User.objects.filter(pk=manager.pk).update(language=language)
    client.force_login(manager)
    width, height = size_of(client.get(reverse("monthly-png")).content)
    assert width == 1080 and height <= 2400
    text = text_of(client.get(reverse("monthly-pdf")).content)
    for each in ("2026-10-01", "2026-10-31", "UTC+8", "East", "W*", "1,200"):
        assert each in text, each
    assert "Wanda" not in text and "\u3013" not in text
    sent = {"days": 7, "password": "", "token": uuid4()}
    link = client.post(reverse("monthly-report"), sent).context["link"]
    assert str(SharedReport.objects.get()).startswith("R-2026M10-")
    assert Client().get(link, {"lang": "en"}).status_code == 200


@pytest.mark.django_db
def test_one_group_on_a_page_is_shared_by_who_answers_for_it(client, team, manager):
    owner = make_user(team, display_name="Oscar Overlong", language="en")
    group = make_group(team=team, owner=owner, name="Group 13800138000")
    make_standing(group, evidence=evidence_of(3))
    make_flag(group)
    make_case(group)
    make_line(group, "1200", by=owner, on=date(2026, 11, 3))
    address = reverse("group-report", args=[group.pk])
    colleague = make_user(team)
    client.force_login(colleague)
    assert client.get(address).status_code == 200 and client.post(address, {}).status_code == 403
    text = text_of(client.get(reverse("group-report-pdf", args=[group.pk])).content)
    assert "138********" in text and "1,200" in text and "2026-11" in text
    assert "Oscar" not in text and "13800138000" not in text and "\u3013" not in text
    assert size_of(client.get(reverse("group-report-png", args=[group.pk])).content)[0] == 1080
    client.force_login(owner)
    sent = {"days": 7, "password": "", "token": uuid4()}
    link = client.post(address, sent).context["link"]
    shared = SharedReport.objects.get()
    assert (shared.group, shared.team) == (group, team) and str(shared).startswith("G-20261123-")
    stranger = Client().get(link, {"lang": "en"})
    assert stranger.status_code == 200 and "Oscar" not in stranger.text
    client.force_login(make_user(make_team(), "manager"))
    assert client.post(address, {"revoke": shared.pk}).status_code == 404
    client.force_login(manager)  # leads the team
    assert client.post(address, {"revoke": shared.pk}).status_code == 302
    assert Client().get(link).status_code == 410


@pytest.mark.django_db
def test_a_group_that_was_never_judged_has_its_page(client, team, manager):
    client.force_login(manager)
    page = client.get(reverse("group-report", args=[make_group(team=team).pk]))
    assert "Never judged" in page.text and "--" in page.text and "without a score" in page.text


@pytest.mark.django_db
def test_who_may_report_on_what(client, team, manager):
    operator, boss = make_user(team), make_user(is_administrator=True)
    client.force_login(operator)
    assert client.get(reverse("weekly-report")).status_code == 403
    other = make_team(name="Other")
    Membership.objects.create(user=manager, team=other, role="operator")
    scope, teams = scope_of(manager, str(other.pk))
    assert (scope.team_ids, teams) == ((team.pk,), [team])  # one sees the other team, but does not lead it
    assert set(scope_of(boss, "")[0].team_ids) >= {team.pk, other.pk} and scope_of(boss, str(other.pk))[0].team == other


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_picture_and_paper_explain_themselves(client, team, manager, language):
    make_week(team, manager)
    manager.language = language
    manager.save()
    client.force_login(manager)
    answer = client.get(reverse("weekly-png"))
    width, height = size_of(answer.content)
    assert answer["Content-Type"] == "image/png" and width == 1080 and height <= 1920
    assert len(answer.content) < 1_000_000
    text = text_of(client.get(reverse("weekly-pdf")).content)
    for each in ("2026-11-16", "2026-11-22", "UTC+8", "East", "W*", "138********", "1,200"):
        assert each in text, each
    assert "Wanda" not in text and "13800138000" not in text and "\u3013" not in text
    with translation.override(language):
        assert len(described(figures(team))) >= 80


def text_of(paper):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)


def size_of(picture):
    assert picture.startswith(b"\x89PNG")
    return struct.unpack(">II", picture[16:24])


def share(client, **sent):
    return client.post(reverse("weekly-report"), {"days": 7, "password": "", "token": uuid4()} | sent)


@pytest.mark.django_db
def test_a_link_opens_one_report_without_an_account_until_its_end(client, team, manager, _monday):
    make_week(team, manager)
    client.force_login(manager)
    token = uuid4()
    link = share(client, token=token).context["link"]
    assert share(client, token=token).context["link"] == "" and SharedReport.objects.count() == 1
    shared = SharedReport.objects.get()
    assert link and link.rstrip("/").rsplit("/", 1)[1] not in str(SharedReport.objects.values().get())
    stranger = Client()
    page = stranger.get(link, {"lang": "en"})
    assert page.status_code == 200 and "noindex" in page.text and page["Referrer-Policy"] == "no-referrer"
    assert "Weekly report" in page.text and "Wanda" not in page.text
    assert stranger.get(link, {"lang": "zh-hans"}).status_code == 200
    Case.objects.filter(state="open").update(state="kept", ended_on=SUNDAY)  # what was shared stays as it was
    picture = stranger.get(reverse("shared-png", args=[link.rstrip("/").rsplit("/", 1)[1]]))
    assert size_of(picture.content)[0] == 1080
    assert stranger.get(reverse("weekly-report")).status_code == 302  # nothing else opens by it
    _monday.shift(timedelta(days=8))
    assert stranger.get(link).status_code == 410 and "East" not in stranger.get(link).text
    assert "The link held until 2026-" in stranger.get(link, headers={"accept-language": "en"}).text
    assert sharing.revoke(shared=shared, by=manager, now=timezone.now()) is False


@pytest.mark.django_db
def test_a_link_is_revoked_by_who_leads_the_team_only(client, team, manager):
    client.force_login(manager)
    link = share(client).context["link"]
    shared, stranger = SharedReport.objects.get(), make_user(make_team(), "manager")
    client.force_login(stranger)
    assert client.post(reverse("weekly-report"), {"revoke": shared.pk}).status_code == 404
    client.force_login(manager)
    assert client.post(reverse("weekly-report"), {"revoke": shared.pk}).status_code == 302
    over = Client().get(link, headers={"accept-language": "en"})
    assert over.status_code == 410 and "The link was revoked on 2026-" in over.text
    assert AuditEntry.objects.filter(verb="shared report revoked").count() == 1
    assert client.post(reverse("weekly-report"), {"revoke": "9" * 30}).status_code == 404


@pytest.mark.django_db
def test_a_password_is_asked_for_and_not_guessed(client, team, manager):
    client.force_login(manager)
    assert share(client, password="short").status_code == 422
    link = share(client, password="snow and tea").context["link"]
    secret = link.rstrip("/").rsplit("/", 1)[1]
    stranger = Client(headers={"accept-language": "en"})
    assert (
        "password" in stranger.get(link).text and stranger.get(reverse("shared-png", args=[secret])).status_code == 410
    )
    assert stranger.post(link, {"password": "wrong one"}).status_code == 422
    assert stranger.post(link, {"password": "snow and tea"}).status_code == 302
    assert stranger.get(reverse("shared-pdf", args=[secret])).status_code == 200
    another = Client()
    codes = [another.post(link, {"password": f"guess {n}"}).status_code for n in range(25)]
    assert codes[0] == 422 and codes[-1] == 429
    assert Client().get(reverse("shared-report", args=["x" * 43])).status_code == 429  # from the same address


@pytest.mark.django_db
def test_links_are_not_tried_without_end():
    stranger = Client()
    codes = [stranger.get(reverse("shared-report", args=[f"no-{n}"])).status_code for n in range(22)]
    assert codes[0] == 410 and codes[-1] == 429


def night_done(day):
    NightRun.objects.create(day=day, made_at=timezone.now(), done_at=timezone.now())


@pytest.mark.django_db
def test_who_leads_a_team_is_told_once_from_the_chosen_day_on(team, manager, _monday):
    make_group(team=team)
    operator, later = make_user(team), make_user(team, "manager")
    choose_report_day(later, 2)

    def told():
        gathering.gather(now=timezone.now())
        return sorted(Notice.objects.filter(kind="weekly").values_list("user", "key"))

    assert told() == []  # the night of the last day of the week is not done
    night_done(SUNDAY)
    first = [(manager.pk, "weekly-2026-W47")]
    assert told() == told() == first
    _monday.shift(timedelta(days=2))
    assert told() == told() == sorted([*first, (later.pk, "weekly-2026-W47")])
    _monday.shift(timedelta(days=5))  # the next Monday
    night_done(date(2026, 11, 29))
    assert (manager.pk, "weekly-2026-W48") in told()
    assert "weekly" in kinds_for(manager) and "weekly" not in kinds_for(operator)


@pytest.mark.django_db
def test_it_comes_by_mail_with_a_number_where_that_was_chosen(team, manager, settings):
    settings.EMAIL_HOST = "mail.example"
    make_group(team=team)
    night_done(SUNDAY)
    gathering.gather(now=timezone.now())
    digest.compose(now=timezone.now())
    letter = Delivery.objects.get(user=manager)
    assert "2026-W47" in letter.body and letter.number in letter.body and not mail.outbox
    digest.compose(now=timezone.now())
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
def test_a_robot_brings_it_once_a_week_from_its_day_on(team, manager, _monday):
    make_week(team, manager)
    boss = make_user(is_administrator=True)
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-0123-4567"
    made = {"service": "wecom", "address": address, "language": "en", "on_holidays": False, "by": boss}
    robot = robots.add_robot(name="East", team=team, weekly_on=1, now=timezone.now(), **made)
    robots.add_robot(name="Silent", team=None, now=timezone.now(), **made)
    night_done(SUNDAY)
    assert telling.tell_robots(now=timezone.now()) == 0  # Monday
    _monday.shift(timedelta(days=1))
    assert telling.tell_robots(now=timezone.now()) == 2 and telling.tell_robots(now=timezone.now()) == 0
    message, shown = Delivery.objects.order_by("pk")
    assert message.robot == robot and message.key == f"weekly-{robot.pk}-2026-W47" and message.picture is None
    assert shown.robot == robot and shown.key == f"weekly-{robot.pk}-2026-W47-picture"
    assert size_of(bytes(shown.picture))[0] == 1080 and len(shown.picture) < 1024**2
    assert (
        message.number in message.body
        and "1 case waits" in message.body
        and "/reports/weekly/?week=2026-11-16" in message.body
    )
    robots.report_on(robot, weekday=None, month_day=None, by=boss, now=timezone.now())
    _monday.shift(timedelta(days=7))
    night_done(date(2026, 11, 29))
    assert telling.tell_robots(now=timezone.now()) == 0
    assert Delivery.objects.count() == 2
    assert len(message_lines(figures(team))) == 5


@pytest.mark.django_db
def test_the_database_refuses_a_day_that_a_month_may_lack_and_a_page_of_no_group(team, manager):
    address = "https://oapi.dingtalk.com/robot/send?access_token=" + 20 * "a"
    made = {"language": "en", "on_holidays": True, "by": manager, "team": team, "now": timezone.now()}
    robot = robots.add_robot(name="East", service="dingtalk", address=address, **made)
    for day in (0, 29):
        with pytest.raises(IntegrityError, match="a robot reports on a day of each month"), transaction.atomic():
            Robot.objects.filter(pk=robot.pk).update(monthly_on=day)
    now = timezone.now()
    shared = {"first_day": SUNDAY, "contents": {}, "token": uuid4(), "made_at": now, "made_by": manager}
    for wrong in ({"kind": ReportKind.GROUP}, {"kind": ReportKind.WEEKLY, "group": make_group(team=team)}):
        with pytest.raises(IntegrityError, match="a report of one group names it"), transaction.atomic():
            SharedReport.objects.create(link_digest="0", expires_at=now + timedelta(days=1), **shared, **wrong)


@pytest.mark.django_db
def test_a_robot_brings_the_month_from_its_day_on(team, manager, _monday):
    make_week(team, manager)
    address = "https://oapi.dingtalk.com/robot/send?access_token=" + 20 * "a"
    made = {"language": "en", "on_holidays": True, "by": manager, "team": team, "now": timezone.now()}
    robot = robots.add_robot(name="East", service="dingtalk", address=address, monthly_on=3, **made)
    night_done(date(2026, 11, 29))
    _monday.move_to("2026-12-02T04:00:00Z")
    assert telling.tell_robots(now=timezone.now()) == 0  # before its day
    _monday.move_to("2026-12-03T04:00:00Z")
    assert telling.tell_robots(now=timezone.now()) == 0  # the last night of November is not done
    night_done(date(2026, 11, 30))
    assert telling.tell_robots(now=timezone.now()) == 1 and telling.tell_robots(now=timezone.now()) == 0
    told = Delivery.objects.get()
    assert told.key == f"monthly-{robot.pk}-2026-11" and "/reports/monthly/?month=2026-11" in told.body


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", ["not a picture", "too large"])
def test_a_report_without_a_picture_is_told_in_words(team, manager, _monday, monkeypatch, trouble):
    make_week(team, manager)
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-0123-4567"
    made = {"language": "en", "on_holidays": False, "by": manager, "team": team, "weekly_on": 0, "now": timezone.now()}
    robots.add_robot(name="East", service="wecom", address=address, **made)
    robots.add_robot(
        name="Far", service="dingtalk", address="https://oapi.dingtalk.com/robot/send?access_token=" + 20 * "a", **made
    )  # DingTalk takes none, and is never offered any
    night_done(SUNDAY)

    def fails(*args, **kwargs):
        if trouble == "too large":
            return bytes(LARGEST_PICTURE_BYTES + 1)
        raise typst.TypstError("no such font")

    monkeypatch.setattr(telling, "picture_of", fails)
    assert telling.tell_robots(now=timezone.now()) == 2 and telling.tell_robots(now=timezone.now()) == 0
    assert sorted(Delivery.objects.values_list("robot__name", "state", "problem")) == [
        ("East", "failed", "picture_not_made"), ("East", "todo", ""), ("Far", "todo", ""),
    ]  # fmt: skip
