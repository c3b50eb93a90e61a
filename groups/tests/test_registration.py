from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from groups import registration
from groups.models import AuditEntry, Group, Plan
from groups.registration import GroupChangedMeanwhile
from groups.rules.plan_terms import PlanTerms
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db

TERMS = PlanTerms(
    monetization="repurchase",
    activity_kind="transaction",
    lifespan="bounded",
    starts_on=date(2026, 3, 2),
    ends_on=date(2027, 3, 31),
    weekly_hours=Decimal("5.00"),
    planned_net=Decimal("894.00"),
)


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team):
    return make_user(team)


def register(team, op, **fields):
    return registration.register_group(
        **{
            "team": team,
            "name": "宝妈交流 A 群",
            "platform": "wecom",
            "owner": op,
            "opened_on": date(2026, 3, 2),
            "plan": TERMS,
            "by": op,
            "now": timezone.now(),
        }
        | fields
    )


def edit(group, version, by, **values):
    return registration.edit_group(group=group, version=version, values=values, by=by, now=timezone.now())


def verbs():
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def test_a_registered_group_has_keys_a_plan_and_an_audit_row(team, op):
    group = register(team, op, theme="早教")
    assert {"宝", "宝妈", "早教", "a"} <= set(group.grams)
    assert group.sort_key.startswith("bao ma jiao liu")
    assert group.initials.startswith("bmjl")
    assert registration.terms_of(group.plans.get()) == TERMS
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.team_id, entry.after["planned_net"]) == ("registered", team.pk, "894.00")


def test_a_platform_id_is_not_registered_twice(team, op):
    register(team, op, external_id="wr1")
    with pytest.raises(IntegrityError, match="a platform id is registered once per team"), transaction.atomic():
        register(team, op, external_id="wr1")
    assert Plan.objects.count() == 1
    register(make_team(), op, external_id="wr1")  # another team may


def test_an_edit_renews_the_search_keys(team, op):
    group = edit(register(team, op), 1, op, name="读书会")
    assert (group.version, group.initials, "读书" in group.grams, "宝妈" in group.grams) == (2, "dsh", True, False)
    assert AuditEntry.objects.latest("id").before == {"name": "宝妈交流 A 群"}


def test_the_later_save_with_an_old_version_changes_nothing_and_carries_both_values(team, op):
    group = register(team, op)
    edit(group, 1, op, name="First", notes="same")
    with pytest.raises(GroupChangedMeanwhile) as conflict:
        edit(group, 1, op, name="Second", notes="same", theme="")
    assert conflict.value.mine == {"name": "Second"}
    assert conflict.value.theirs == {"name": "First"}
    assert conflict.value.version == 2
    assert Group.objects.get().name == "First"
    assert verbs() == ["registered", "edited"]


def test_saving_what_stands_there_writes_nothing(team, op):
    group = register(team, op)
    assert edit(group, 1, op, name=group.name).version == 1
    assert verbs() == ["registered"]


def test_a_column_that_has_its_own_writer_is_not_edited(team, op):
    with pytest.raises(ValueError, match="closed_on"):
        edit(register(team, op), 1, op, closed_on=date(2026, 4, 1))


def test_an_amended_plan_supersedes_the_one_before(team, op):
    group = register(team, op)
    longer = replace(TERMS, ends_on=date(2028, 3, 31))
    for _ in range(2):  # the second run finds the same terms
        registration.amend_plan(group=group, terms=longer, by=op, now=timezone.now(), reason="renewed")
    assert registration.terms_of(Plan.objects.get(superseded_at=None)) == longer
    assert Plan.objects.exclude(superseded_at=None).count() == 1
    entry = AuditEntry.objects.latest("id")
    assert (entry.before, entry.after) == ({"ends_on": "2027-03-31"}, {"ends_on": "2028-03-31"})


@pytest.mark.parametrize(
    ("write", "column"), [(registration.close_group, "closed_on"), (registration.mark_goal_met, "goal_met_on")]
)
def test_an_end_is_recorded_once(team, op, write, column):
    group = register(team, op)
    assert write(group=group, on=date(2026, 5, 1), by=op, now=timezone.now()) is True
    assert write(group=group, on=date(2026, 6, 1), by=op, now=timezone.now()) is False
    assert getattr(Group.objects.get(), column) == date(2026, 5, 1)
    assert len(verbs()) == 2


def ensure(team, op, *keys):
    named = {key: (f"群 {key}", date(2026, 1, 1 + place % 28)) for place, key in enumerate(keys)}
    return registration.ensure_groups(
        team=team, platform="slack", keys_with_names=named, owner=op, by=op, now=timezone.now()
    )


def test_an_import_registers_only_the_groups_that_are_missing(team, op):
    first = ensure(team, op, "C1", "C2")
    again = ensure(team, op, "C1", "C2")
    more = ensure(team, op, "C2", "C3")
    assert first == again
    assert more["C2"] == first["C2"]
    assert Group.objects.count() == Plan.objects.count() == 3
    assert list(Plan.objects.order_by("group__external_id").values_list("starts_on", flat=True)) == [
        date(2026, 1, 1),
        date(2026, 1, 2),
        date(2026, 1, 2),
    ]
    assert verbs() == ["groups registered by import"] * 2


def test_the_same_key_on_another_platform_or_team_is_another_group(team, op):
    mine = ensure(team, op, "C1")
    assert ensure(make_team(), op, "C1")["C1"] != mine["C1"]
    make_group(team=team, platform="wecom", external_id="C1")
    assert ensure(team, op, "C1") == mine


def test_registering_many_takes_as_many_statements_as_registering_few(team, op, django_assert_num_queries):
    with django_assert_num_queries(8):  # savepoint, look, groups, look, plans, audit, release
        ensure(team, op, *(f"F{n}" for n in range(2)))
    with django_assert_num_queries(8):
        ensure(team, op, *(f"M{n}" for n in range(500)))
    with django_assert_num_queries(3):
        ensure(team, op, *(f"M{n}" for n in range(500)))


def test_the_database_refuses_two_current_plans(team, op):
    group = register(team, op)
    columns = "group_id, team_id, monetization, activity_kind, signal, lifespan, starts_on, ends_on, mission, made_at"
    with pytest.raises(IntegrityError, match="a group has one current plan"), transaction.atomic():
        connection.cursor().execute(
            f"INSERT INTO groups_plan ({columns}) SELECT {columns} FROM groups_plan WHERE group_id = %s", [group.pk]
        )


def test_quiet_hours_begin_and_end(team, op):
    with pytest.raises(IntegrityError, match="quiet hours of a plan begin and end"), transaction.atomic():
        register(team, op, plan=replace(TERMS, quiet_from=time(21)))
    plan = register(team, op, plan=replace(TERMS, quiet_from=time(21), quiet_to=time(9))).plans.get()
    assert (plan.quiet_from, plan.quiet_to) == (time(21), time(9))
