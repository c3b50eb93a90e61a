"""What treatments did, measured by a night beside similar groups, once, from rows that can be counted again."""

from datetime import timedelta
from decimal import Decimal

import pytest

from groups.tests.making import make_group, make_team, make_user
from lifecycle.cases.evaluating import evaluate_cases
from lifecycle.cases.measuring import measure_treatments
from lifecycle.cases.situations import situations_of
from lifecycle.cases.working import do_step, end_by_hand
from lifecycle.models import Case, DailyActivity, Treatment
from lifecycle.models.activity import KNOWN
from lifecycle.partitions import ensure_months
from lifecycle.rules.case_flow import Action
from lifecycle.rules.decision import TrackRecord
from lifecycle.rules.outcomes import Course, Window, effect_of
from lifecycle.tests.cases.making import (
    DAY,
    act,
    later,
    make_case,
    make_decided,
    make_dying_group,
    read_health,
    silent,
    step_of_case,
)

pytestmark = pytest.mark.django_db
BEGAN = DAY


def talk(group, before: int, after: int, *, days_after: int = 28, column: str = "messages") -> None:
    """So many acts a day in the 28 days before the treatment and in days after it."""
    ensure_months(DAY - timedelta(days=28), DAY + timedelta(days=60))
    spans = [(n, before) for n in range(-28, 0)] + [(n, after) for n in range(1, days_after + 1)]
    DailyActivity.objects.bulk_create(
        DailyActivity(group_id=group.pk, day=DAY + timedelta(days=n), known=KNOWN[column], **{column: acts})
        for n, acts in spans
    )


def treated(remedy: str = "revive", team=None, **plan) -> Treatment:
    """A group whose plan was begun on DAY."""
    case = make_decided(make_case(make_dying_group(team=team or make_team(), **plan)), remedy)
    first = {"revive": "take_stock", "migrate": "list_active"}[remedy]
    do_step(case=case, task=step_of_case(case, first), evidence="Seen", count=None, by=case.decided_by, **later(0))
    return Treatment.objects.get(case=case)


def neighbours(team, changes=(10, 9, 11, 10), before=10, **fields) -> list:
    found = []
    for after in changes:
        group = make_group(team=team, **fields)
        talk(group, before, after)
        found.append(group)
    return found


def measured(treatment: Treatment, days: int = 28) -> Treatment:
    measure_treatments(DAY + timedelta(days=days), [treatment.group_id])
    treatment.refresh_from_db()
    return treatment


def test_the_first_step_begins_a_treatment_and_a_dissolution_begins_none():
    one = treated()
    assert (one.playbook, one.plan, one.cause, one.began_on, one.ended) == ("script", 1, "silence", DAY, "")
    assert treated("migrate").remedy == "migrate"
    still = make_dying_group()
    silent(still)
    case = make_decided(make_case(still), "dissolve")
    do_step(case=case, task=step_of_case(case, "farewell"), evidence="x", count=None, by=case.decided_by, **later(0))
    assert not Treatment.objects.filter(case=case).exists()


def test_a_rescue_is_measured_beside_similar_groups():
    one = treated(plan_planned_net=Decimal(2800), plan_goal_28=280)
    talk(one.group, 10, 30)
    neighbours(one.team)
    assert measured(one, 27).measured_on is None
    one = measured(one)
    assert (one.finding, one.measured_on, one.similar_groups) == ("helped", DAY + timedelta(days=28), 4)
    assert (one.acts_before, one.days_before, one.acts_after, one.days_after) == (280, 28, 840, 28)
    assert one.expected_acts == pytest.approx(279, abs=2)
    assert one.value == Decimal("5602.01")  # 560.2 more than expected, at 10 yuan an act


def test_what_was_said_for_a_red_packet_makes_no_rescue():
    one = treated()
    talk(one.group, 10, 30)
    told = KNOWN["messages"] | KNOWN["filler"] | KNOWN["incentivised"]
    rows = DailyActivity.objects.filter(group_id=one.group_id, day__gt=DAY)
    assert rows.update(known=told, filler=5, incentivised=15) == 28
    neighbours(one.team)
    one = measured(one)
    assert (one.acts_before, one.acts_after, one.finding) == (280, 280, "unsure")


def test_what_is_stored_gives_the_same_answer_again():
    one = treated()
    talk(one.group, 10, 5)
    neighbours(one.team)
    one = measured(one)
    similar = [Course(Window(a, b), Window(c, d)) for _, a, b, c, d in one.inputs["similar"]]
    own = Course(Window(one.acts_before, one.days_before), Window(one.acts_after, one.days_after))
    again = effect_of([own], similar)
    assert (again.finding, again.effect, again.low, again.high) == (
        one.finding,
        one.effect,
        one.effect_low,
        one.effect_high,
    )


def test_who_is_no_similar_group():
    one = treated()
    talk(one.group, 10, 10)
    neighbours(one.team)
    neighbours(make_team(), [90] * 4)  # another team
    neighbours(one.team, [90], before=31)  # much busier
    neighbours(one.team, [90], plan_activity_kind="transaction")
    neighbours(one.team, [90], closed_on=DAY + timedelta(days=20))
    other = treated(team=one.team)
    talk(other.group, 10, 90)
    closing = make_case(make_dying_group(team=one.team))
    decided = {"remedy": "dissolve", "decided_at": later(5)["now"], "decided_by": make_user(one.team)}
    Case.objects.filter(pk=closing.pk).update(state="closing", **decided)
    talk(closing.group, 10, 0)
    assert measured(one).similar_groups == 4


@pytest.mark.parametrize(
    ("days_after", "night", "finding"),
    [
        pytest.param(20, 28, "", id="too little yet: data may come"),
        pytest.param(21, 28, "unsure", id="enough"),
        pytest.param(20, 42, "unsure", id="waited for long enough"),
        pytest.param(13, 42, "no_data", id="never observed"),
    ],
)
def test_data_are_waited_for_and_unknown_is_not_zero(days_after, night, finding):
    one = treated()
    talk(one.group, 10, 10, days_after=days_after)
    neighbours(one.team)
    assert measured(one, night).finding == finding


def test_without_similar_groups_nothing_is_claimed():
    one = treated()
    talk(one.group, 10, 90)
    neighbours(one.team, [10, 10])
    one = measured(one)
    assert (one.finding, one.effect, one.expected_acts, one.value) == ("no_comparison", None, None, None)


def test_a_transaction_group_is_measured_by_orders():
    one = treated(plan_activity_kind="transaction")
    talk(one.group, 4, 8, column="orders")
    one = measured(one)
    assert (one.acts_before, one.acts_after) == (112, 224)


def test_a_second_night_measures_nothing_again():
    one = treated()
    talk(one.group, 10, 30)
    day = DAY + timedelta(days=28)
    assert [measure_treatments(day, [one.group_id]), measure_treatments(day, [one.group_id])] == [1, 0]


def test_members_are_followed():
    one = treated()
    act(one.group, DAY - timedelta(days=5), members=[1, 2, 3, 4], messages=4)
    act(one.group, DAY + timedelta(days=3), members=[1, 9], messages=2)
    act(one.group, DAY + timedelta(days=20), members=[2], messages=1)
    act(one.group, DAY + timedelta(days=80), members=[4], messages=1)
    one = measured(one, 6)
    assert (one.checked_days, one.members_before) == (0, None)
    assert [measured(one, n).kept_7 for n in (7, 30)] == [1, 1]
    one = measured(one, 90)
    assert (one.members_before, one.kept_7, one.kept_30, one.kept_90) == (4, 1, 2, 1)


def test_members_that_nobody_tells_are_not_counted_as_lost():
    one = measured(treated(), 30)
    assert (one.checked_days, one.members_before, one.kept_30) == (30, None, None)


def test_how_a_treatment_ended():
    lost, won, by_hand, dropped = treated(), treated(), treated(), treated()
    Case.objects.exclude(pk=by_hand.case_id).update(state="evaluating")
    read_health(lost.group, DAY + timedelta(days=1), [2000] * 28)
    read_health(won.group, DAY + timedelta(days=1), [7000] * 28)
    evaluate_cases(DAY + timedelta(days=28), now=later(28)["now"])
    case = by_hand.case
    case.refresh_from_db()
    Case.objects.filter(pk=case.pk).update(state="evaluating")
    case.refresh_from_db()
    end_by_hand(
        case=case,
        version=case.version,
        action=Action.END_RECOVERED,
        reason="It talks again",
        by=make_user(case.team, role="manager"),
        **later(20),
    )
    Case.objects.filter(pk=dropped.case_id).update(state="open")
    for one in (lost, won, by_hand, dropped):
        measured(one, 1)
    assert [one.ended for one in (lost, won, by_hand, dropped)] == ["failed", "recovered", "by_hand", "dropped"]


def test_the_record_of_a_team_feeds_its_recommendations():
    one = treated()
    Treatment.objects.update(ended="recovered")
    case = make_case(make_dying_group(team=one.team))
    other = make_case(make_dying_group())
    found = situations_of([case, other], DAY)
    assert found[case.pk].record == TrackRecord(1, 1)
    assert found[other.pk].record == TrackRecord(0, 0)


def test_the_number_of_statements_does_not_grow_with_the_treatments(django_assert_max_num_queries):
    team = make_team()
    groups = [treated(team=team).group for _ in range(5)]
    for group in groups:
        talk(group, 10, 12)
    neighbours(team)
    with django_assert_max_num_queries(16):
        assert measure_treatments(DAY + timedelta(days=30), [group.pk for group in groups]) == 5
