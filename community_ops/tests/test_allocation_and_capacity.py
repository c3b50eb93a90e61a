"""The pages that join groups with what was observed in them: shared costs by members, and the capacity view."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from community_ops.insights import capacity
from groups import allocation, ledger, months
from groups.models import Allocation, LedgerLine
from groups.rules.capacity import Load
from groups.rules.months import month_of
from groups.rules.spans import Span
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_allocation, make_category, make_hours, make_line
from groups.weekly_hours import set_hours
from lifecycle.known_members import members_known, members_on
from lifecycle.models import DailyActivity
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import KNOWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def manager(client, team):
    user = make_user(team, "manager", language="en", weekly_hours=10)
    client.force_login(user)
    return user


def today():
    return timezone.localdate()


def observe(group, members, back=0, known=KNOWN["members"]):
    day = today() - timedelta(days=back)
    ensure_months(day, day)
    DailyActivity.objects.create(group_id=group.pk, day=day, known=known, members=members)


def shared(team, **fields):
    category = fields.pop("category", None) or make_category()
    return {
        "team": team.pk, "category": category.pk, "amount": "100", "on": str(today()), "basis": "members",
        "token": str(uuid4()), "action": "preview",
    } | fields  # fmt: skip


# Members known on a day


def test_members_are_those_last_seen_within_a_week_and_never_zero_for_unknown(team):
    weekly, stale, unseen, empty = (make_group(team=team) for _ in range(4))
    observe(weekly, 300, back=9)
    observe(weekly, 312, back=6)
    observe(weekly, 0, back=2, known=KNOWN["messages"])
    observe(stale, 50, back=7)
    observe(empty, 0)
    assert members_known([weekly.pk, stale.pk, unseen.pk, empty.pk], today()) == {weekly.pk: 312, empty.pk: 0}
    assert members_on(unseen.pk, today()) is None
    assert members_on(weekly.pk, today() - timedelta(days=7)) == 300


# Shared costs


def test_only_what_was_looked_at_is_entered(client, manager, team):
    groups = [make_group(team=team) for _ in range(2)]
    for group in groups:
        observe(group, 100)
    sent = shared(team)
    page = reverse("allocation-new")
    seen = client.post(page, sent).context["seen"]
    DailyActivity.objects.filter(group_id=groups[0].pk).update(members=300)
    answer = client.post(page, sent | {"action": "commit", "seen": seen})
    assert "Look again" in answer.content.decode()
    assert not LedgerLine.objects.exists()
    done = sent | {"action": "commit", "seen": answer.context["seen"]}
    for _ in range(2):
        assert client.post(page, done).status_code == 302
    made = Allocation.objects.get()
    assert {line.group_id: line.amount for line in made.lines.all()} == {groups[0].pk: 75, groups[1].pk: 25}


def test_the_same_bill_from_a_second_page_is_entered_only_by_who_has_seen_the_first(client, manager, team):
    """Two pages are open with a token each; the second one was previewed before the first one was entered."""
    make_group(team=team)
    page, category = reverse("allocation-new"), make_category()
    first, second = (shared(team, category=category, basis="equal") for _ in range(2))
    first, second = (
        each | {"action": "commit", "seen": client.post(page, each).context["seen"]} for each in (first, second)
    )
    assert client.post(page, first).status_code == 302
    answer = client.post(page, second)
    stands = Allocation.objects.get()
    assert "was shared on" in answer.text and reverse("allocation-page", args=[stands.pk]) in answer.text
    assert "Look again" not in answer.text
    assert client.post(page, first).url == reverse("allocation-page", args=[stands.pk])
    assert client.post(page, second | {"seen": answer.context["seen"]}).status_code == 302
    assert Allocation.objects.count() == 2


def test_what_was_taken_back_or_is_of_another_month_or_amount_is_not_the_same_bill(client, manager, team):
    group, category = make_group(team=team), make_category()
    gone = make_allocation(team, {group: "1"}, category=category, on=today())
    allocation.take_back(allocation=gone, reason="", by=manager, now=timezone.now())
    make_allocation(team, {group: "1"}, "99.00", category=category, on=today())
    make_allocation(team, {group: "1"}, category=category, on=month_of(today()) - timedelta(days=1))
    sent = shared(team, category=category, basis="equal")
    assert client.post(reverse("allocation-new"), sent).context["twin"] is None


def test_unknown_members_are_listed_and_bear_nothing(client, manager, team):
    known, unknown = make_group(team=team), make_group(team=team, name="Nobody looked")
    observe(known, 5)
    answer = client.post(reverse("allocation-new"), shared(team))
    rows = {row["group"]: row["part"] for row in answer.context["rows"]}
    assert (rows[known].amount, rows[unknown].weight, rows[unknown].amount) == (100, None, None)
    assert "1 group has no known figure and bears nothing" in answer.content.decode()


def test_each_measure_goes_by_its_own_figures(client, manager, team):
    first, second = (make_group(team=team, owner=manager) for _ in range(2))
    on = today()
    make_hours(first, "1", on=on)
    make_hours(second, "3", on=on)
    sale = make_line(first, "400.00", on=on)
    make_line(second, "100.00", on=on)
    ledger.refund_line(
        line=sale, amount=Decimal(100), on=on, goods_returned=False, token=uuid4(), by=None, now=timezone.now()
    )
    for basis, amounts in (("hours", [25, 75]), ("revenue", [75, 25]), ("equal", [50, 50])):
        rows = client.post(reverse("allocation-new"), shared(team, basis=basis)).context["rows"]
        assert [row["part"].amount for row in rows] == amounts


def test_groups_that_did_not_run_on_the_day_bear_nothing(client, manager, team):
    running = make_group(team=team)
    make_group(team=team, closed_on=today() - timedelta(days=1))
    make_group(team=team, opened_on=today() + timedelta(days=1))
    make_group(team=team, archived_at=timezone.now())
    rows = client.post(reverse("allocation-new"), shared(team, basis="equal")).context["rows"]
    assert [row["group"] for row in rows] == [running]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": ""}, "Enter the amount"),
        ({"amount": "0"}, "Enter the amount"),
        ({"amount": "NaN"}, "Amount must be a number"),
        ({"category": ""}, "Select what it is for"),
        ({"category": "999999"}, "This category was disabled meanwhile; select another one"),
        ({"team": ""}, "Select the team"),
        ({"on": "2999-01-01"}, "Date must not be after today"),
        ({}, "No group has a known figure to go by"),
    ],
)
def test_what_is_not_shared_is_said(client, manager, team, fields, sentence):
    make_group(team=team)
    answer = client.post(reverse("allocation-new"), shared(team) | fields)
    assert answer.status_code == 422
    assert answer.content.decode().count(sentence) >= 2


def test_a_shared_cost_of_a_closed_month_is_offered_for_today(client, manager, team):
    make_group(team=team)
    last = month_of(today()) - timedelta(days=1)
    months.close_month(team=team, month=last, by=None, now=timezone.now())
    sent = shared(team, basis="equal", on=str(last))
    page = reverse("allocation-new")
    answer = client.post(page, sent | {"action": "commit", "seen": client.post(page, sent).context["seen"]})
    assert answer.status_code == 422
    assert 'name="today"' in answer.content.decode()
    assert client.post(page, sent | {"today": "1"}).context["form"]["on"].value() == str(today())


def test_a_team_that_the_person_does_not_lead_is_not_offered(client, manager):
    answer = client.post(reverse("allocation-new"), shared(make_team()))
    assert answer.status_code == 422
    assert not Allocation.objects.exists()


def test_a_cost_is_shared_again_from_what_was_shared_before(client, manager, team):
    it = make_allocation(team, {make_group(team=team): "1"}, basis="equal", note="工具月费")
    again = f"{reverse('allocation-new')}?like={it.pk}"
    assert again in client.get(reverse("allocation-page", args=[it.pk])).text
    form = client.get(again).context["form"]
    begins = {name: form[name].value() for name in ("team", "category", "amount", "on", "basis", "note")}
    assert begins == {
        "team": team.pk, "category": it.category_id, "amount": it.total, "on": today(), "basis": "equal",
        "note": "工具月费",
    }  # fmt: skip
    assert form["token"].value() != it.token
    stranger = make_group()
    foreign = make_allocation(stranger.team, {stranger: "1"})
    for other in (foreign.pk, 0, "x", "9" * 30):
        assert client.get(f"{reverse('allocation-new')}?like={other}").status_code == 404


def test_operators_look_and_managers_take_back(client, manager, team):
    made = make_allocation(team, {make_group(team=team): "1"})
    page = reverse("allocation-page", args=[made.pk])
    client.force_login(make_user(team, language="en"))
    assert "Take back the whole" not in client.get(page).content.decode()
    assert client.post(page).status_code == 403
    client.force_login(manager)
    for _ in range(2):
        assert client.post(page).status_code == 302
    assert "every part was reversed" in client.get(page).content.decode()
    assert sum(line.amount for line in LedgerLine.objects.all()) == 0


def test_a_preview_costs_as_many_statements_for_many_groups_as_for_few(
    client, manager, team, django_assert_num_queries
):
    for _ in range(15):
        observe(make_group(team=team), 10)
    sent = shared(team)
    with django_assert_num_queries(10):  # session, user, teams, categories, team x3, groups, members, the same bill
        client.post(reverse("allocation-new"), sent)


# Capacity


def test_needed_available_and_logged_by_person_and_team(client, manager, team):
    operator = make_user(team, weekly_hours=6, display_name="Busy")
    make_group(team=team, owner=operator, plan_weekly_hours=Decimal(5))
    other = make_group(team=team, owner=operator, plan_weekly_hours=Decimal(4))
    make_group(team=team, owner=operator, plan_weekly_hours=Decimal(50), closed_on=today())
    make_group(team=team, owner=manager)
    monday = today() - timedelta(days=today().weekday())
    category = make_category("labour", priced_by="hour", default_price=80)
    for on, hours in ((monday, "9"), (monday - timedelta(days=1), "6"), (monday - timedelta(days=29), "9")):
        make_hours(other, hours, on=on, category=category)
    people = capacity.by_person([team.pk], today(), Span(today(), today()))
    busy, idle = people[operator], people[manager]
    assert (busy.needed, busy.available, busy.logged, busy.groups) == (9, 6, Decimal("1.5"), 2)
    assert (busy.load, idle.load, idle.logged) == (Load.OVER, Load.UNKNOWN, None)
    ((_team, whole),) = capacity.by_team([team], today(), Span(today(), today()))
    assert (whole.needed, whole.available, whole.groups, whole.without_hours) == (9, 16, 3, 1)
    shown = client.get(reverse("capacity")).content.decode()
    assert "Over-booked by 3 h" in shown and "1 person is over-booked." in shown
    assert "1 group states no hours in its plan" in shown


def test_hours_that_change_are_available_by_the_days_that_they_hold(client, manager, team):
    make_group(team=team, owner=manager, plan_weekly_hours=Decimal(8))
    since = today() + timedelta(days=14)
    set_hours(person=manager, hours=Decimal(4), since=since, by=None, now=timezone.now())
    for weeks, hours, words in (("0", 10, "Full</span>"), ("4", 7, "Over-booked by 1 h"), ("x", 10, "Full</span>")):
        page = client.get(reverse("capacity"), {"weeks": weeks})
        ((_name, row), *_rest) = [(each.name, each.capacity) for each in page.context["people"]]
        assert row.available == page.context["by_team"][0].capacity.available == hours
        assert words in page.content.decode()
    shown = client.get(reverse("capacity"), {"weeks": "4"}).content.decode()
    assert "weighted by days" in shown and str(today() + timedelta(days=27)) in shown


def test_capacity_shows_nobody_of_another_team(client, manager, team):
    stranger = make_user(make_team(), display_name="Stranger")
    foreign = make_group(owner=stranger, plan_weekly_hours=Decimal(30))
    shown = client.get(f"{reverse('capacity')}?team={foreign.team_id}").content.decode()
    assert "Stranger" not in shown
    assert foreign.team.name not in shown


def test_capacity_costs_as_many_statements_for_many_people_as_for_few(client, manager, team, django_assert_num_queries):
    for _ in range(10):
        make_group(team=team, owner=make_user(team), plan_weekly_hours=Decimal(3))
    # session, user, roles, teams; plans, hours, people and their weekly hours by person and by team
    with django_assert_num_queries(12):
        client.get(reverse("capacity"))
