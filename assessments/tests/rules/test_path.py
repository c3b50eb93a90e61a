"""Which questions are asked, and that every possible set of answers ends in a verdict."""

import os
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.capacity import Capacity
from assessments.reading import plan_of
from assessments.rules.path import ALWAYS, Is, both, either, holds, left_to_ask, unless, walk, when
from assessments.rules.thresholds import Thresholds
from assessments.rules.turning_points import levers_of, turning_points
from assessments.rules.verdict import Outcome, verdict_of
from assessments.sentences import change_sentence, finding_sentence, task_sentence
from assessments.steps import QUESTION, QUESTIONS, SECTIONS, STEP_OF, Kind
from assessments.storing import stored
from assessments.turn_sentences import turn_sentence
from assessments.verdict_page import outlook

MANY = int(os.environ.get("MANY_EXAMPLES", "300"))
FEW = MANY // 6


@pytest.mark.parametrize(
    ("condition", "answers", "asked"),
    [
        (ALWAYS, {}, True),
        (when("a", "x"), {"a": "x"}, True),
        (when("a", "x"), {}, False),
        (when("a", "x", "y"), {"a": ["z", "y"]}, True),
        (unless("a", "x"), {}, True),
        (unless("a", "x"), {"a": ["x", "y"]}, False),
        (both(when("a", "x"), when("b", "y")), {"a": "x"}, False),
        (either(when("a", "x"), when("b", "y")), {"b": "y"}, True),
    ],
)
def test_conditions(condition, answers, asked):
    assert holds(condition, answers) is asked


def test_what_the_page_itself_decides():
    condition = both(when("other", "x"), when("here", "y"))
    assert left_to_ask(condition, {"other": "x"}, frozenset({"here"})) == ((Is("here", ("y",)),),)
    assert left_to_ask(condition, {}, frozenset({"here"})) == ()
    assert left_to_ask(when("other", "x"), {"other": "x"}, frozenset({"here"})) == ALWAYS


def test_a_hidden_answer_hides_what_hangs_on_it():
    answers = {"purpose": "passion", "earns": "selling", "selling_kind": "flash_sale", "flash_buyers": "8"}
    assert walk(QUESTIONS, answers) == {"purpose": "passion"}


def test_a_condition_speaks_only_of_earlier_questions():
    seen = set()
    for question in QUESTIONS:
        for row in question.when:
            assert {part.key for part in row} <= seen, question.key
        seen.add(question.key)
    for section in SECTIONS:
        for page in section.pages:
            for row in page.when:
                assert {part.key for part in row} <= set(QUESTION)


def test_a_condition_names_only_answers_that_exist():
    for question in QUESTIONS:
        for row in question.when:
            for part in row:
                known = {option.value for option in QUESTION[part.key].options}
                assert set(part.values) <= known, (question.key, part)


def test_keys_are_used_once():
    assert len(QUESTION) == len(QUESTIONS)


NAMED_BY_RULES = {"revenue"}


def test_every_rule_names_a_question_that_is_asked():
    for key in ("reasons", "evidence", "earns", "purpose", "weekly_hours", "owner", "kind", "span", "ends_on"):
        assert key in STEP_OF
    assert set(STEP_OF) - set(QUESTION) == NAMED_BY_RULES


def _value(question, draw):
    few = st.integers(int(question.least or 0), int(min(question.most or 10**6, 10**6)))
    match question.kind:
        case Kind.RADIO:
            return draw(st.sampled_from([option.value for option in question.options]))
        case Kind.CHECKS:
            alone = [option.value for option in question.options if option.exclusive]
            others = [option.value for option in question.options if not option.exclusive]
            some = st.lists(st.sampled_from(others), min_size=1, unique=True)
            return draw(st.one_of(some, *(st.just([value]) for value in alone)))
        case Kind.NUMBER if question.places == 0:
            return draw(few)
        case Kind.NUMBER:
            return str(draw(few))
        case Kind.MONEY:
            return str(draw(st.decimals(0, 10**9, places=2)))
        case Kind.PERCENT:
            low, high = int(question.least or 0), int(question.most or 100)
            return str(draw(st.decimals(low, high, places=2)))
        case Kind.LINES:
            return draw(
                st.lists(
                    st.fixed_dictionaries({"category": st.just(1), "amount": st.just("12.50"), "times": st.just("2")}),
                    max_size=3,
                )
            )
        case Kind.CONFIRM:
            return True
        case Kind.RANGE:
            low, high = sorted(draw(st.lists(st.integers(0, 100), min_size=2, max_size=2, unique=True)))
            return {"low": str(low), "high": str(high)}
        case Kind.PERSON | Kind.GROUP:
            return 1
        case Kind.PEOPLE:
            return []
        case Kind.DAY:
            return draw(st.dates()).isoformat()
        case _:
            return "Together"


@st.composite
def complete_answers(draw):
    """One way through the wizard: every question on the path answered, optional ones sometimes."""
    answers = {}
    for question in QUESTIONS:
        if holds(question.when, answers) and (question.required or draw(st.booleans())):
            answers[question.key] = _value(question, draw)
    start = draw(st.dates(max_value=date(9000, 1, 1)))
    answers["starts_on"] = start.isoformat()
    if "ends_on" in answers:
        answers["ends_on"] = (start + timedelta(days=draw(st.integers(1, 1096)))).isoformat()
    return answers


@settings(max_examples=MANY)
@given(complete_answers(), st.integers(0, 500), st.none() | st.decimals(0, 200, places=1))
def test_no_set_of_answers_is_without_a_verdict(answers, owner_groups, left):
    result = verdict_of(plan_of(answers), owner_groups=owner_groups, thresholds=Thresholds(), hours_left=left)
    assert isinstance(result.outcome, Outcome)
    codes = [finding.code for finding in result.findings]
    assert len(codes) == len(set(codes))
    assert (result.outcome is Outcome.NOT_NOW) == any(code.startswith("S") for code in codes)
    assert (result.outcome is Outcome.GO) == (not codes)
    for finding in result.findings:
        assert finding.question in STEP_OF
    capacity = None if left is None else Capacity(1, left, Decimal(0), 0, 0)
    columns = stored(result, Thresholds(), answers, owner_groups=owner_groups, seed=1, capacity=capacity)
    for finding in columns["findings"]:
        assert finding_sentence(finding["code"], finding["figures"])
        assert task_sentence(finding["code"], finding["figures"])
    for change in columns["figures"]["to_go"] + columns["figures"]["to_not_now"]:
        assert change_sentence(change["code"], change["figures"])
    shown = outlook(columns["figures"], answers)
    assert (shown["sure"] is None) == (result.economics is None)
    assert all(turn_sentence(turn, result.outcome) for turn in columns["figures"]["turns"])


@settings(max_examples=FEW)
@given(complete_answers(), st.none() | st.decimals(0, 200, places=1))
def test_a_figure_that_is_told_to_turn_the_verdict_turns_it(answers, left):
    """And one step less does not: what is told is the smallest change."""
    plan, thresholds = plan_of(answers), Thresholds()

    def codes(of):
        return {
            finding.code for finding in verdict_of(of, owner_groups=0, thresholds=thresholds, hours_left=left).findings
        }

    now = codes(plan)
    levers = {lever.key: lever for lever in levers_of(plan, thresholds)}
    for turn in turning_points(plan, owner_groups=0, thresholds=thresholds, hours_left=left):
        lever = levers[turn.key]
        back = lever.unit if turn.then < turn.now else -lever.unit
        there = codes(lever.moved(turn.then))
        assert there != now
        assert (set(turn.silenced), set(turn.raised)) == (now - there, there - now)
        assert codes(lever.moved(turn.then + back)) == now or abs(turn.then - turn.now) < lever.unit
