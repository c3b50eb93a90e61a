"""The order of the recommendation, both sides of every boundary. No database."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lifecycle.rules.decision import (
    Economics,
    Movement,
    Remedy,
    Situation,
    Thresholds,
    TrackRecord,
    asks_again_before_dissolving,
    chance_of_revival,
    dissolution_ground,
    expected_values,
    recommend,
)

MONEY = Economics(
    monthly_margin=D(3000),
    margin_per_active=D(50),
    monthly_keep=D(400),
    revive_cost=D(200),
    migrate_cost=D(100),
    farewell_cost=D(0),
)


def moving(count: int) -> Movement:
    return Movement(at_least=count, at_most=count, known_days=56)


USED_UP = Situation(attempts=2, members=100, movement=moving(0))


@pytest.mark.parametrize(
    ("situation", "remedy", "first_code"),
    [
        pytest.param(Situation(mission_complete=True, known=False), Remedy.FAREWELL, "mission_complete", id="mission"),
        pytest.param(replace(USED_UP, known=False), None, "no_data", id="unknown"),
        pytest.param(replace(USED_UP, exempt=True), None, "exempt", id="exempt"),
        pytest.param(replace(USED_UP, immune=True), None, "immune", id="immune"),
        pytest.param(replace(USED_UP, unserved=True), None, "unserved", id="unserved"),
        pytest.param(
            Situation(ad_overrun=True, cleaning_failed=True, attempts=1, members=100, movement=moving(40)),
            Remedy.DISSOLVE,
            "cleaning_failed",
            id="adverts, cleaning failed",
        ),
        pytest.param(Situation(ad_overrun=True, members=100), Remedy.REVIVE, "clean_first", id="adverts, not cleaned"),
        pytest.param(Situation(members=100), Remedy.REVIVE, "pulse_not_asked", id="nobody asked yet"),
        pytest.param(Situation(attempts=1, members=100), Remedy.REVIVE, "pulse_not_asked", id="one attempt left"),
        pytest.param(USED_UP, Remedy.DISSOLVE, "attempts_used_up", id="attempts used up"),
        pytest.param(Situation(members=100, answers=3), Remedy.REVIVE, "pulse_answered", id="3 answers of 100"),
        pytest.param(
            Situation(members=100, answers=2, movement=moving(0)), Remedy.DISSOLVE, "pulse_unanswered", id="2 of 100"
        ),
        pytest.param(Situation(members=201, answers=5), Remedy.REVIVE, "pulse_answered", id="2 % of 201 is 5"),
        pytest.param(
            Situation(members=201, answers=4, movement=moving(7)), Remedy.MIGRATE, "pulse_unanswered", id="4 of 201"
        ),
        pytest.param(replace(USED_UP, movement=moving(5)), Remedy.MIGRATE, "attempts_used_up", id="5 of 100 active"),
        pytest.param(replace(USED_UP, movement=moving(4)), Remedy.DISSOLVE, "attempts_used_up", id="4 of 100 active"),
        pytest.param(
            replace(USED_UP, members=201, movement=moving(7)), Remedy.MIGRATE, "attempts_used_up", id="7 of 201"
        ),
        pytest.param(
            replace(USED_UP, members=201, movement=moving(6)), Remedy.DISSOLVE, "attempts_used_up", id="6 of 201"
        ),
        pytest.param(
            replace(USED_UP, members=None, movement=moving(5)), Remedy.MIGRATE, "attempts_used_up", id="size unknown"
        ),
        pytest.param(
            replace(USED_UP, movement=Movement(2, 9, 56)), Remedy.MIGRATE, "attempts_used_up", id="perhaps enough move"
        ),
        pytest.param(
            replace(USED_UP, movement=Movement(2, None, 56)), Remedy.MIGRATE, "attempts_used_up", id="nobody counted"
        ),
        pytest.param(
            replace(USED_UP, movement=Movement(2, 4, 56)), Remedy.DISSOLVE, "attempts_used_up", id="surely too few"
        ),
        pytest.param(
            replace(USED_UP, movement=moving(5), moved=True), Remedy.DISSOLVE, "attempts_used_up", id="moved already"
        ),
    ],
)
def test_the_order_of_the_remedies(situation, remedy, first_code):
    found = recommend(situation)
    assert (found.remedy, found.reasons[0].code) == (remedy, first_code)


def test_adverts_after_cleaning_move_the_last_valid_members_first():
    found = recommend(Situation(ad_overrun=True, cleaning_failed=True, attempts=1, movement=moving(4)))
    assert ("move_last_members", {"active": 4}) in [(reason.code, reason.figures) for reason in found.reasons]


def test_every_other_remedy_says_why_it_is_not_first():
    found = recommend(Situation(members=100, movement=moving(12)))
    assert {remedy: reason.code for remedy, reason in found.others} == {
        Remedy.MIGRATE: "revive_first",
        Remedy.DISSOLVE: "enough_active",
    }


@pytest.mark.parametrize("attempts", [0, 1, 2])
@pytest.mark.parametrize("answers", [None, 0, 50])
@pytest.mark.parametrize("money", [None, MONEY, replace(MONEY, monthly_keep=D(90_000))], ids=["none", "some", "dear"])
def test_a_group_that_moves_is_never_dissolved(attempts, answers, money):
    situation = Situation(attempts=attempts, answers=answers, economics=money, members=100, movement=moving(5))
    assert recommend(situation).remedy is not Remedy.DISSOLVE
    assert dissolution_ground(situation) is None


@pytest.mark.parametrize(
    ("situation", "ground"),
    [
        pytest.param(Situation(mission_complete=True), "mission_complete", id="mission"),
        pytest.param(Situation(ad_overrun=True, cleaning_failed=True), "cleaning_failed", id="cleaning failed"),
        pytest.param(Situation(ad_overrun=True, movement=moving(50)), None, id="adverts, not cleaned, moving"),
        pytest.param(Situation(moved=True, movement=moving(50)), "members_moved", id="moved"),
        pytest.param(Situation(movement=moving(4)), "no_movement", id="4 active"),
        pytest.param(Situation(movement=moving(5)), None, id="5 active"),
        pytest.param(Situation(), None, id="nobody knows"),
        pytest.param(Situation(known=False, movement=moving(0)), None, id="no data"),
    ],
)
def test_the_grounds_for_dissolving(situation, ground):
    assert dissolution_ground(situation) == ground


@pytest.mark.parametrize(
    ("situation", "asks"),
    [
        pytest.param(Situation(movement=moving(1)), True, id="nothing tried"),
        pytest.param(Situation(movement=moving(0)), False, id="no movement"),
        pytest.param(Situation(movement=moving(1), ad_overrun=True), False, id="adverts"),
        pytest.param(Situation(movement=moving(1), attempts=1), False, id="tried once"),
        pytest.param(Situation(), True, id="movement unknown"),
    ],
)
def test_dissolving_an_untried_group_asks_again(situation, asks):
    assert asks_again_before_dissolving(situation) is asks


@pytest.mark.parametrize(
    ("record", "answers", "chance"),
    [
        pytest.param(TrackRecord(), None, D("0.3333"), id="prior 2 of 6"),
        pytest.param(TrackRecord(wins=6, tries=10), None, D("0.5"), id="8 of 16"),
        pytest.param(TrackRecord(), 3, D("0.5"), id="answered"),
        pytest.param(TrackRecord(wins=18, tries=20), 3, D("0.7692"), id="answered, good record"),
        pytest.param(TrackRecord(wins=18, tries=20), 2, D("0.15"), id="unanswered"),
        pytest.param(TrackRecord(wins=0, tries=40), 2, D("0.0435"), id="unanswered, bad record"),
    ],
)
def test_the_chance_of_revival(record, answers, chance):
    assert chance_of_revival(Situation(members=100, answers=answers, record=record)) == chance


def test_expected_values_to_the_fen():
    values = expected_values(Situation(members=100, movement=moving(10), economics=MONEY))
    # revive 0.3333*9000 - 200 - 0.6667*200; migrate 10*0.3*50*3 - 100; dissolve 400*3; needed (200 + 1200) / 9000
    assert (values.revive, values.migrate, values.dissolve) == (D("2666.36"), D("350.00"), D("1200.00"))
    assert (values.chance, values.needed) == (D("0.3333"), D("0.1556"))


@pytest.mark.parametrize(
    ("keep", "remedy"),
    [
        pytest.param(D("933.23"), Remedy.REVIVE, id="0.3333 needed, 0.3333 held"),
        pytest.param(D("933.40"), Remedy.DISSOLVE, id="0.3334 needed"),
    ],
)
def test_a_revival_that_cannot_pay_is_skipped(keep, remedy):
    money = replace(MONEY, monthly_keep=keep)
    assert recommend(Situation(members=100, movement=moving(0), economics=money)).remedy is remedy


def test_a_group_without_margin_is_revived_only_if_it_answers():
    money = replace(MONEY, monthly_margin=D(0))
    situation = Situation(members=100, movement=moving(0), economics=money)
    assert recommend(situation).remedy is Remedy.DISSOLVE
    assert recommend(replace(situation, answers=3)).remedy is Remedy.REVIVE


def test_without_economics_it_says_so():
    assert "economics_missing" in [reason.code for reason in recommend(Situation()).reasons]
    assert "economics_missing" not in [reason.code for reason in recommend(Situation(economics=MONEY)).reasons]


@pytest.mark.parametrize(("members", "needed"), [(None, 5), (166, 5), (167, 6), (200, 6), (201, 7)])
def test_how_many_active_members_are_enough(members, needed):
    assert Thresholds().active_needed(members) == needed


@pytest.mark.parametrize(
    ("movement", "code"),
    [
        (moving(5), "enough_active"),
        (moving(4), "too_few_active"),
        (moving(0), "no_movement"),
        (Movement(0, 4, 56), "too_few_active"),
        (Movement(0, 5, 56), "movement_unsure"),
        (Movement(4, 9, 56), "movement_unsure"),
        (Movement(4, None, 56), "movement_unsure"),
    ],
    ids=["five of 100", "four", "nobody", "four at most", "five at most", "five perhaps", "nobody counted"],
)
def test_what_is_said_of_those_who_may_move(movement, code):
    found = recommend(replace(USED_UP, movement=movement))
    said = [*found.reasons, *(reason for _remedy, reason in found.others)]
    assert code in [reason.code for reason in said]
