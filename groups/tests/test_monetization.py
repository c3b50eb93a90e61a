"""How a group earns, as it is written: the result, the second run, who comes second, and what the tables refuse."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from groups import monetization, registration
from groups.models import AuditEntry, Plan, RevenueModel
from groups.rules.monetization.inputs import Unfit
from groups.rules.monetization.kinds import KINDS, inputs_of
from groups.rules.monetization.paid_access import PaidAccess
from groups.rules.monetization.repurchase import Repurchase
from groups.rules.monetization.sponsorship import Sponsorship
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_models import make_model
from groups.tests.test_registration import TERMS, register

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.get_default_timezone())
TODAY = date(2026, 11, 20)
PAID = PaidAccess(price=Decimal("399.00"), months=2)


@pytest.fixture
def op():
    return make_user(make_team())


@pytest.fixture
def group(op):
    return register(op.memberships.get().team, op, opened_on=date(2026, 3, 2), now=NOW)


def change(group, inputs=PAID, **fields):
    main = monetization.main_of(group)
    given = {"from_on": TODAY, "expects": main and main.pk, "by": None, "now": NOW} | fields
    return monetization.change_main(group=group, inputs=inputs, **given)


CAPPED = Sponsorship(cap=2)


def beside(group, inputs=CAPPED, **fields):
    return monetization.put_beside(group=group, inputs=inputs, **{"from_on": TODAY, "by": None, "now": NOW} | fields)


def history(group):
    rows = RevenueModel.objects.live().filter(group=group).order_by("from_on", "-is_main")
    return [(row.kind, row.is_main, row.from_on, row.until_on) for row in rows]


def plan_kind(group):
    return Plan.objects.get(group=group, superseded_at=None).monetization


def test_a_registered_group_earns_by_its_plan_from_its_first_day(op):
    group = register(op.memberships.get().team, op, inputs=Repurchase(buyers=Decimal(8)))
    model = RevenueModel.objects.get(group=group)
    assert (model.kind, model.is_main, model.from_on, model.until_on) == ("repurchase", True, date(2026, 3, 2), None)
    assert inputs_of(model.kind, model.inputs) == Repurchase(buyers=Decimal(8))


def test_groups_of_an_import_begin_with_a_model_each(op):
    team = op.memberships.get().team
    keys = {f"k{n}": (f"Chat {n}", date(2026, 5, n)) for n in range(1, 4)}
    for _ in range(2):
        registration.ensure_groups(team=team, platform="qq", keys_with_names=keys, owner=op, by=op, now=NOW)
    found = RevenueModel.objects.order_by("from_on").values_list("kind", "is_main", "from_on")
    assert list(found) == [("none", True, date(2026, 5, n)) for n in range(1, 4)]


def test_a_change_ends_one_model_and_begins_the_next_and_the_plan_follows(group, op):
    row = change(group, by=op, reason="Lessons are what they come for")
    assert history(group) == [
        ("repurchase", True, date(2026, 3, 2), TODAY),
        ("paid_access", True, TODAY, None),
    ]
    assert plan_kind(group) == "paid_access"
    entry = AuditEntry.objects.get(verb="revenue model put", object_id=group.pk)
    assert entry.after["inputs"] == {"price": "399.00", "months": 2}
    assert entry.reason == "Lessons are what they come for"
    assert row.made_by == op


def test_new_inputs_of_the_same_kind_leave_the_plan_alone(group):
    before = Plan.objects.count()
    change(group, Repurchase(buyers=Decimal(9)), from_on=date(2026, 10, 1))
    assert history(group) == [
        ("repurchase", True, date(2026, 3, 2), date(2026, 10, 1)),
        ("repurchase", True, date(2026, 10, 1), None),
    ]
    assert Plan.objects.count() == before


def test_a_change_of_the_past_puts_aside_what_came_later(group):
    change(group, from_on=date(2026, 10, 1))
    change(group, Sponsorship(), from_on=date(2026, 9, 1))
    assert history(group) == [
        ("repurchase", True, date(2026, 3, 2), date(2026, 9, 1)),
        ("sponsorship", True, date(2026, 9, 1), None),
    ]
    assert RevenueModel.objects.exclude(withdrawn_at=None).get().kind == "paid_access"
    assert plan_kind(group) == "sponsorship"


def test_a_second_change_on_the_same_day_takes_the_place_of_the_first(group):
    change(group)
    change(group, Sponsorship(cap=1))
    assert [kind for kind, *_ in history(group)] == ["repurchase", "sponsorship"]


def test_the_same_form_sent_twice_is_one_change(group):
    token, main = uuid4(), monetization.main_of(group)
    first = change(group, token=token, expects=main.pk)
    assert change(group, token=token, expects=main.pk) == first
    assert beside(group, token=token) == first  # a token says one thing only
    assert RevenueModel.objects.count() == 2


@pytest.mark.parametrize(
    "day", [pytest.param(date(2026, 3, 1), id="before it opened"), pytest.param(date(2026, 11, 21), id="tomorrow")]
)
def test_a_main_model_begins_between_the_first_day_and_today(group, day):
    with pytest.raises(monetization.DayOutside):
        change(group, from_on=day)
    assert change(group, from_on=date(2026, 3, 2)).from_on == date(2026, 3, 2)


def test_who_saw_another_model_changes_nothing(group):
    seen = monetization.main_of(group).pk
    stands = change(group)
    with pytest.raises(monetization.MainChangedMeanwhile) as refused:
        change(group, Sponsorship(), expects=seen)
    assert refused.value.stands == stands
    assert plan_kind(group) == "paid_access"


def test_an_amended_plan_takes_its_model_along(group, op):
    registration.amend_plan(group=group, terms=replace(TERMS, monetization="none"), by=op, now=NOW)
    assert history(group)[-1] == ("none", True, TODAY, None)
    registration.amend_plan(group=group, terms=replace(TERMS, monetization="none", mission="x"), by=op, now=NOW)
    assert len(history(group)) == 2


def test_an_amended_plan_of_a_group_without_any_model_begins_one():
    group = make_group()
    registration.amend_plan(group=group, terms=replace(TERMS, monetization="none"), by=None, now=NOW)
    assert history(group) == [("none", True, TODAY, None)]


def test_models_beside_the_main_one(group):
    beside(group, until_on=TODAY + timedelta(days=30))
    assert history(group)[1:] == [("sponsorship", False, TODAY, TODAY + timedelta(days=30))]
    assert plan_kind(group) == "repurchase"
    beside(group, Sponsorship(cap=1), from_on=TODAY + timedelta(days=10))
    assert history(group)[1:] == [
        ("sponsorship", False, TODAY, TODAY + timedelta(days=10)),
        ("sponsorship", False, TODAY + timedelta(days=10), None),
    ]


def test_what_is_the_main_model_is_not_also_beside_it(group):
    with pytest.raises(monetization.IsTheMain):
        beside(group, Repurchase())
    change(group)
    beside(group, Repurchase())  # it ended today, so that it may go on beside
    with pytest.raises(monetization.IsTheMain):
        beside(group, Repurchase(), from_on=TODAY - timedelta(days=1), until_on=TODAY)


def test_a_main_model_takes_the_place_of_the_same_kind_beside_it(group):
    beside(group, from_on=date(2026, 10, 1))
    change(group, Sponsorship(cap=3))
    assert history(group)[1:] == [("sponsorship", False, date(2026, 10, 1), TODAY), ("sponsorship", True, TODAY, None)]


def test_a_model_beside_ends_on_a_day_and_only_once(group):
    row = beside(group, from_on=date(2026, 10, 1))
    assert monetization.end_beside(row=row, on=TODAY, by=None, now=NOW)
    assert not monetization.end_beside(row=row, on=TODAY, by=None, now=NOW)
    coming = beside(group, KINDS["none"](), from_on=TODAY + timedelta(days=3))
    assert monetization.end_beside(row=coming, on=TODAY, by=None, now=NOW)
    assert history(group)[1:] == [("sponsorship", False, date(2026, 10, 1), TODAY)]
    with pytest.raises(monetization.MainHasNoEnd):
        monetization.end_beside(row=monetization.main_of(group), on=TODAY, by=None, now=NOW)


def test_inputs_of_another_kind_are_not_read():
    with pytest.raises(Unfit):
        inputs_of("none", {"price": "5.00"})


INSERT = """
    INSERT INTO groups_revenuemodel (team_id, group_id, kind, is_main, from_on, until_on, inputs, reason, made_at)
    VALUES (%s, %s, %s, %s, %s, %s, '{}', '', now())
"""


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        pytest.param(("none", True, "2026-11-30", None), "one main model a day", id="a second main model"),
        pytest.param(("none", True, "2026-02-01", "2026-03-03"), "one main model a day", id="one day too many"),
        pytest.param(("repurchase", False, "2026-11-30", None), "does not overlap itself", id="the same kind twice"),
        pytest.param(("none", False, "2026-11-30", "2026-11-30"), "ends after it begins", id="not a day long"),
        pytest.param(("luck", False, "2026-11-30", None), "known kind", id="a kind that nobody knows"),
    ],
)
def test_the_database_refuses_models_that_cannot_be(columns, constraint):
    group = make_group(opened_on=date(2026, 3, 2))
    make_model(group)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [group.team_id, group.pk, *columns])


def test_the_database_lets_neighbours_and_other_groups_be():
    group, other = make_group(opened_on=date(2026, 3, 2)), make_group(opened_on=date(2026, 3, 2))
    make_model(group)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [group.team_id, group.pk, "none", True, "2026-02-01", "2026-03-02"])
        cursor.execute(INSERT, [group.team_id, group.pk, "sponsorship", False, "2026-03-02", None])
        cursor.execute(INSERT, [other.team_id, other.pk, "repurchase", True, "2026-03-02", None])


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_set_the_main_model_at_once_one_wins():
    group = make_group(opened_on=date(2026, 3, 2))
    main = make_model(group)
    start, won, lost = Barrier(2), [], []

    def person(inputs):
        try:
            start.wait(timeout=120)
            won.append(change(group, inputs, expects=main.pk).kind)
        except monetization.MainChangedMeanwhile:
            lost.append(inputs.KIND)
        finally:
            connection.close()

    crew = [Thread(target=person, args=[inputs]) for inputs in (PAID, Sponsorship(cap=2))]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert sorted(won + lost) == ["paid_access", "sponsorship"]
    assert len(won) == 1
    assert RevenueModel.objects.on(TODAY).get(group=group, is_main=True).kind == won[0] == plan_kind(group)


def test_plans_of_before_get_their_models_and_the_way_back_is_open():
    """By what the migration runs, on tables of today: going back and forth through all that came later takes
    minutes."""
    group = make_group(opened_on=date(2026, 3, 2), plan_placements_per_month=2)
    first = Plan.objects.get(group=group)
    Plan.objects.filter(pk=first.pk).update(superseded_at=NOW)
    for kind, day in (("sponsorship", 10), ("sponsorship", 12), ("paid_access", 12), ("sponsorship", 14)):
        Plan.objects.filter(group=group, superseded_at=None).update(superseded_at=NOW)
        made_at = NOW.replace(day=day)
        Plan.objects.create(
            group=group, team=group.team, monetization=kind, activity_kind="conversation", lifespan="lasting",
            starts_on=first.starts_on, made_at=made_at, placements_per_month=2,
        )  # fmt: skip
    migration = import_module("groups.migrations.0051_models_of_plans")
    with connection.schema_editor() as editor:
        migration.forget_models(apps, editor)
        assert not RevenueModel.objects.exists()
        migration.begin_models(apps, editor)
    assert history(group) == [
        ("repurchase", True, date(2026, 3, 2), date(2026, 11, 10)),
        ("sponsorship", True, date(2026, 11, 10), date(2026, 11, 12)),
        ("paid_access", True, date(2026, 11, 12), date(2026, 11, 14)),
        ("sponsorship", True, date(2026, 11, 14), None),
    ]
    assert RevenueModel.objects.get(until_on=None).inputs == {"cap": 2}
