"""Partners and placements as they are written: steps, money, the cap, races, and what the tables refuse."""

from datetime import date, datetime
from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from groups import sponsorships
from groups.models import AuditEntry, LedgerLine, Placement
from groups.tests.making import make_group, make_team
from groups.tests.making_models import make_model
from groups.tests.making_sponsors import make_partner, make_placement

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 10)
NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.get_default_timezone())
WHO = {"by": None, "now": NOW}


@pytest.fixture
def group():
    return make_group(plan_placements_per_month=2)


@pytest.fixture
def partner(group):
    return make_partner(group.team, name="Acme")


def plan(group, partner, **fields):
    given = {"on": ON, "paid_by": "placement", "price": Decimal("1800.00"), "token": uuid4()} | WHO | fields
    return sponsorships.plan_placement(group=group, partner=partner, **given)


def revenue(group):
    return LedgerLine.objects.filter(group=group, kind="revenue").aggregate(all=Sum("amount"))["all"]


def test_partners_are_added_changed_and_archived(group):
    partner = sponsorships.add_partner(team=group.team, name="Acme", **WHO)
    sponsorships.change_partner(partner=partner, name="Acme Ltd", audience="Mothers", **WHO)
    sponsorships.change_partner(partner=partner, name="Acme Ltd", audience="Mothers", **WHO)
    assert sponsorships.archive_partner(partner=partner, **WHO)
    assert not sponsorships.archive_partner(partner=partner, **WHO)
    verbs = AuditEntry.objects.filter(object_type="partner").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["partner added", "partner changed", "partner archived"]
    sponsorships.add_partner(team=group.team, name="Acme Ltd", **WHO)


def test_a_live_partner_has_one_name_in_a_team(group, partner):
    with pytest.raises(IntegrityError, match="one name in a team"), transaction.atomic():
        sponsorships.add_partner(team=group.team, name="Acme", **WHO)
    sponsorships.add_partner(team=make_team(), name="Acme", **WHO)


def test_the_same_form_sent_twice_is_one_placement(group, partner):
    token = uuid4()
    assert plan(group, partner, token=token) == plan(group, partner, token=token)
    assert AuditEntry.objects.filter(verb="placement planned").count() == 1


def test_a_partner_of_another_team_is_refused(group):
    with pytest.raises(sponsorships.OtherTeam):
        plan(group, make_partner(make_team()))


def test_a_full_month_asks_for_a_reason_and_keeps_it(group, partner):
    plan(group, partner, over_cap_reason="not needed yet")
    second = plan(group, partner)
    with pytest.raises(sponsorships.MonthIsFull) as full:
        plan(group, partner)
    assert (full.value.placements, full.value.cap) == (2, 2)
    third = plan(group, partner, over_cap_reason="Launch week, agreed with the owner")
    kept = [each.over_cap_reason for each in Placement.objects.order_by("pk")]
    assert kept == ["", "", "Launch week, agreed with the owner"]
    entry = AuditEntry.objects.filter(verb="placement planned").latest("id")
    assert (entry.reason, entry.after["cap"], entry.after["placements_before"]) == (kept[2], 2, 2)
    plan(group, partner, on=date(2026, 12, 1))
    sponsorships.cancel(placement=second, reason="", **WHO)
    sponsorships.cancel(placement=third, reason="", **WHO)
    plan(group, partner)


def test_the_cap_of_the_model_goes_before_that_of_the_plan(group, partner):
    make_model(group, "sponsorship", inputs={"cap": 1}, from_on=date(2026, 11, 1))
    plan(group, partner)
    with pytest.raises(sponsorships.MonthIsFull):
        plan(group, partner)
    plan(group, partner, on=date(2026, 10, 31))
    plan(group, partner, on=date(2026, 10, 31))


def test_without_a_cap_nothing_is_full(partner):
    free = make_group(team=partner.team)
    for _ in range(4):
        plan(free, partner)


def test_a_paid_placement_is_revenue_once_and_cancelling_takes_it_back(group, partner):
    placement = plan(group, partner)
    for _ in range(2):
        placement = sponsorships.mark_done(placement=placement, **WHO)
    assert revenue(group) is None
    for _ in range(2):
        placement = sponsorships.mark_paid(placement=placement, **WHO)
    assert (revenue(group), placement.line.on, placement.line.goods_cost) == (Decimal(1800), ON, Decimal(0))
    for _ in range(2):
        placement = sponsorships.cancel(placement=placement, reason="Paid back", **WHO)
    assert (revenue(group), placement.state) == (Decimal(0), "cancelled")
    assert LedgerLine.objects.count() == 2


def test_what_is_paid_per_result_needs_its_results(group, partner):
    placement = plan(group, partner, paid_by="result", price=Decimal("4.50"))
    with pytest.raises(sponsorships.ResultsMissing):
        sponsorships.mark_done(placement=placement, **WHO)
    sponsorships.mark_done(placement=placement, results=40, **WHO)
    sponsorships.mark_paid(placement=placement, **WHO)
    assert revenue(group) == Decimal(180)


def test_results_of_what_is_paid_per_placement_are_not_kept(group, partner):
    assert sponsorships.mark_done(placement=plan(group, partner), results=40, **WHO).results is None


def test_steps_that_do_not_follow_are_refused(group, partner):
    planned = plan(group, partner)
    with pytest.raises(sponsorships.NotNow):
        sponsorships.mark_paid(placement=planned, **WHO)
    sponsorships.cancel(placement=planned, reason="", **WHO)
    for step in (sponsorships.mark_done, sponsorships.mark_paid):
        with pytest.raises(sponsorships.NotNow):
            step(placement=planned, **WHO)
    with pytest.raises(sponsorships.DayToCome):
        sponsorships.mark_done(placement=plan(group, partner, on=date(2026, 11, 21)), **WHO)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        pytest.param("price = 'NaN'", "price of a placement", id="not a number"),
        pytest.param("price = -1", "price of a placement", id="below zero"),
        pytest.param("results = 5", "results count only", id="results per placement"),
        pytest.param("state = 'done', paid_by = 'result'", "has its results", id="done without results"),
        pytest.param("state = 'paid'", "stands in the ledger", id="paid without a line"),
    ],
)
def test_the_database_refuses_placements_that_cannot_be(group, columns, constraint):
    placement = make_placement(group)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE groups_placement SET {columns} WHERE id = %s", [placement.pk])


def at_once(*steps):
    """Each step on a connection of its own, all at the same moment; the names of the errors."""
    start, failed = Barrier(len(steps)), []

    def person(step):
        try:
            start.wait(timeout=120)
            step()
        except Exception as error:  # told to the test
            failed.append(type(error).__name__)
        finally:
            connection.close()

    crew = [Thread(target=person, args=[step]) for step in steps]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    return failed


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_last_place_of_a_month_one_is_refused():
    group = make_group(plan_placements_per_month=1)
    partner = make_partner(group.team)
    assert at_once(*[lambda: plan(group, partner)] * 2) == ["MonthIsFull"]
    assert Placement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_placement_that_is_paid_and_cancelled_at_once_leaves_the_ledger_right():
    group = make_group()
    placement = sponsorships.mark_done(placement=plan(group, make_partner(group.team)), **WHO)
    failed = at_once(
        lambda: sponsorships.mark_paid(placement=placement, **WHO),
        lambda: sponsorships.mark_paid(placement=placement, **WHO),
        lambda: sponsorships.cancel(placement=placement, reason="", **WHO),
    )
    assert set(failed) <= {"NotNow"}
    placement.refresh_from_db()
    assert placement.state == "cancelled"
    assert (revenue(group) or 0) == 0
