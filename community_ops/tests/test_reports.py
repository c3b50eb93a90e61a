"""Reports of teams: figures that equal their lists, files, and links for strangers."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from community_ops.reports import sharing
from community_ops.reports.behind import scope_of
from community_ops.reports.contents import described
from community_ops.reports.spans import last_week, month_span, span_of, spans_to_choose, week_name, week_span
from community_ops.tests.fleet_making import AS_OF, make_fleet
from community_ops.tests.report_making import MONDAY, SUNDAY, WEEK, figures, make_week, put_states, size_of
from groups.models import AuditEntry, Group, Membership, ReportKind, SharedReport, User
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line
from lifecycle.models import Case, HealthState
from lifecycle.tests.cases.making import make_case, make_flag, make_standing
from lifecycle.tests.rules.test_way_back import evidence_of

WEEKLY, MONTHLY = ReportKind.WEEKLY, ReportKind.MONTHLY


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
    assert page.status_code == 200 and "noindex" in page.text and page["Referrer-Policy"] == "strict-origin"
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
