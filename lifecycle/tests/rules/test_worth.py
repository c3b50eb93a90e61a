"""What each remedy is worth, and at which value of an input the recommendation turns. No database."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lifecycle.rules.decision import (
    Economics,
    Movement,
    Remedy,
    Situation,
    TrackRecord,
    known_inputs,
    recommend,
    turns_of,
)
from lifecycle.rules.worth import NAMES, STEPS, complete, turning_values, values_of

MONEY = Economics(
    monthly_margin=D(3000),
    margin_per_active=D(50),
    monthly_keep=D(400),
    revive_cost=D(200),
    migrate_cost=D(100),
    farewell_cost=D(0),
)
DYING = Situation(members=100, movement=Movement(10, 10, 56), economics=MONEY)
STILL = replace(DYING, movement=Movement(0, 0, 56))


def inputs_of(situation):
    return complete(known_inputs(situation))


@pytest.mark.parametrize(
    "situation",
    [
        pytest.param(DYING, id="reviving pays"),
        pytest.param(STILL, id="reviving pays, nobody moves"),
        pytest.param(replace(DYING, economics=replace(MONEY, monthly_margin=D(1000))), id="reviving cannot pay"),
        pytest.param(replace(STILL, economics=replace(MONEY, monthly_margin=D(0))), id="no margin"),
        pytest.param(replace(STILL, economics=replace(MONEY, monthly_margin=D(-90))), id="a margin below nothing"),
        pytest.param(replace(DYING, economics=replace(MONEY, farewell_cost=D(9000))), id="a dear goodbye"),
        pytest.param(replace(DYING, record=TrackRecord(0, 30)), id="a bad record"),
    ],
)
def test_a_recommendation_turns_at_the_value_that_is_told_and_not_one_step_before(situation):
    inputs = inputs_of(situation)
    now = recommend(situation, inputs=inputs).remedy
    turned = 0
    for turn in turns_of(situation, inputs):
        if turn.at is None:
            continue
        turned += 1
        there = recommend(situation, inputs=replace(inputs, **{turn.name: turn.at})).remedy
        assert there is turn.remedy is not now
        step = STEPS.get(turn.name, D(1))
        before = turn.at - step if turn.at > getattr(inputs, turn.name) else turn.at + step
        if (before - getattr(inputs, turn.name)) * (turn.at - getattr(inputs, turn.name)) > 0:
            assert recommend(situation, inputs=replace(inputs, **{turn.name: before})).remedy is now
    assert turned


@pytest.mark.parametrize(
    ("name", "at", "remedy"),
    [
        ("chance", D("0.15"), Remedy.MIGRATE),  # needed (200 + 1200) / 9000 = 0.1556
        ("monthly_margin", D(1400), Remedy.MIGRATE),  # 1400 / (0.3333 x 3) = 1400.14
        ("monthly_keep", D(934), Remedy.MIGRATE),  # (0.3333 x 9000 - 200) / 3 = 933.23
        ("months", D("0.3"), Remedy.MIGRATE),  # 200 / (0.3333 x 3000 - 400) = 0.3334
        ("revive_cost", D(1800), Remedy.MIGRATE),  # 2999.70 - 1200 = 1799.70
        ("accept_rate", None, None),  # with everybody moving along it is 10 x 50 x 3 - 100 = 1400
    ],
)
def test_the_turning_values_worked_out_by_hand(name, at, remedy):
    turn = {each.name: each for each in turns_of(DYING, inputs_of(DYING))}[name]
    assert (turn.at, turn.remedy) == (at, remedy)


@pytest.mark.parametrize(
    "situation",
    [
        pytest.param(replace(DYING, attempts=2), id="attempts used up"),
        pytest.param(replace(DYING, answers=9), id="the pulse answered"),
        pytest.param(replace(DYING, mission_complete=True), id="mission complete"),
        pytest.param(replace(DYING, known=False), id="no data"),
    ],
)
def test_where_money_does_not_decide_no_figure_turns_it(situation):
    assert [turn.at for turn in turns_of(situation, inputs_of(situation))] == [None] * len(NAMES)


def test_figures_of_a_person_speak_for_money_alone():
    many = replace(inputs_of(STILL), chance=D(0), active=D(500))
    found = recommend(STILL, inputs=many)
    assert found.values.best == "migrate"
    assert found.remedy is Remedy.DISSOLVE  # nobody was seen to move, whatever is typed
    none = replace(inputs_of(DYING), chance=D(0), active=D(0))
    assert recommend(DYING, inputs=none).remedy is Remedy.MIGRATE  # ten were seen


def test_one_figure_that_is_missing_keeps_money_silent():
    known = known_inputs(replace(DYING, economics=replace(MONEY, margin_per_active=None)))
    assert known["margin_per_active"] is None and known["monthly_margin"] == 3000
    assert complete(known) is None
    assert set(known_inputs(Situation())) == set(NAMES)


@pytest.mark.parametrize(
    ("margin", "needed", "pays"),
    [(D(0), None, False), (D(100), D("4.6667"), False), (D(467), D("0.9993"), False), (D(1400), D("0.3333"), False),
     (D("1400.15"), D("0.3333"), True)],
)  # fmt: skip
def test_the_chance_needed_and_whether_the_one_at_hand_is_enough(margin, needed, pays):
    values = values_of(replace(inputs_of(STILL), monthly_margin=margin))
    assert (values.needed, values.pays) == (needed, pays)


def test_what_can_never_pay_is_said_so():
    dear = replace(STILL, economics=replace(MONEY, monthly_margin=D(100)))
    assert recommend(dear).reasons[0].code == "revival_never_pays"
    assert recommend(replace(STILL, economics=replace(MONEY, monthly_margin=D(1000)))).reasons[0].code == (
        "revival_cannot_pay"
    )


FREE = {"active": D(0), "migrate_cost": D(0), "monthly_keep": D(0), "farewell_cost": D(0)}


@pytest.mark.parametrize(
    ("margin", "cost", "pays"),
    [
        (D(1), D(1), True),
        (D(1), D("0.99"), True),
        (D(1), D("1.01"), False),
        (D("0.01"), D(0), True),
        (D(0), D(0), False),
    ],
)
def test_a_revival_pays_from_the_very_value_on(margin, cost, pays):
    inputs = replace(inputs_of(STILL), chance=D(1), months=D(1), monthly_margin=margin, revive_cost=cost, **FREE)
    assert values_of(inputs).pays is pays


@pytest.mark.parametrize(
    ("name", "inputs", "told"),
    [
        # beside dissolving a revival pays from (200 + 1200) / (0.3333 x 3) = 1400.14 on, beside migrating from 550.06
        ("monthly_margin", inputs_of(DYING), [D(1400), D(1399), D(550), D(549), D(0)]),
        ("monthly_margin", replace(inputs_of(DYING), monthly_margin=D(1000)), [D(1401), D(1402), D(550), D(549), D(0)]),
        # (300 + 1200) / (500 x 3) = 1: a chance of one, and no greater one; beside migrating 200 / 1500
        (
            "chance",
            replace(inputs_of(STILL), monthly_margin=D(500), revive_cost=D(300)),
            [D("0.13"), D("0.12"), D(0), D(1)],
        ),
    ],
    ids=["below", "above", "at most one"],
)
def test_turning_values_lie_on_the_far_side_and_within_what_the_input_can_be(name, inputs, told):
    assert list(turning_values(inputs, name)) == told


def test_a_chance_of_one_that_would_pay_is_not_called_never():
    just = replace(STILL, economics=replace(MONEY, monthly_margin=D(500), revive_cost=D(300)))
    assert recommend(just).values.needed == 1
    assert recommend(just).reasons[0].code == "revival_cannot_pay"
