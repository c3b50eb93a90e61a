"""The content of a playbook that a team wrote: what is refused, what is held to the flow, there and back."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lifecycle.rules.playbook_content import (
    MOST_STEPS,
    Fault,
    as_json,
    faults_of,
    fresh_key,
    from_json,
    held_to_the_flow,
    lines_of,
    needed,
    script,
    typed_lines,
)
from lifecycle.rules.playbooks import PLAYBOOKS, Line, Playbook, Step

STEP = Step("own_1", 3, text=True, title="Ask", words="Hello $group")
BOOK = Playbook("script", 2, "revive", (STEP,), Decimal("80.00"), "Ours", "In short")


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({}, []),
        ({"title": " "}, [Fault("no_title")]),
        ({"steps": ()}, [Fault("no_steps")]),
        ({"steps": (STEP,) * (MOST_STEPS + 1)}, [Fault("too_many_steps")]),
        ({"steps": (replace(STEP, title=""),)}, [Fault("step_without_title", 1)]),
        ({"steps": (replace(STEP, due_in=-1),)}, [Fault("day_out_of_range", 1)]),
        ({"steps": (replace(STEP, due_in=90),)}, []),
        ({"steps": (STEP, replace(STEP, due_in=91))}, [Fault("day_out_of_range", 2)]),
        ({"steps": (replace(STEP, asks="secrets"),)}, [Fault("asks_unknown", 1)]),
        ({"steps": (replace(STEP, words="x" * 2001),)}, [Fault("too_long", 1)]),
        ({"steps": (replace(STEP, words="$secret $owner"),)}, [Fault("field_unknown", 1, "secret")]),
        ({"steps": (replace(STEP, lines=(Line("20:00", "A", "${pk}"),)),)}, [Fault("field_unknown", 1, "pk")]),
        ({"steps": (replace(STEP, words="{% now %} {{ case }} $5 100%"),)}, []),  # nothing but text
    ],
    ids=str,
)
def test_what_is_wrong(change, faults):
    assert list(faults_of(replace(BOOK, **change))) == faults


@pytest.mark.parametrize("remedy", ["dissolve", "farewell"])
def test_a_goodbye_keeps_the_steps_that_it_waits_for(remedy):
    kept = replace(PLAYBOOKS["dissolution" if remedy == "dissolve" else "farewell"], title="Ours")
    kept = replace(kept, steps=tuple(replace(step, title=step.key) for step in kept.steps))
    assert faults_of(kept) == ()
    without = replace(kept, steps=tuple(step for step in kept.steps if step.key != "notice_last"))
    assert faults_of(without) == (Fault("step_needed", told="notice_last"),)
    close = replace(kept, steps=tuple(replace(step, due_in=min(step.due_in, 3)) for step in kept.steps))
    assert faults_of(close) == (Fault("notices_too_close", told="3"),)
    softened = replace(kept, steps=tuple(replace(step, closes="", evidence=False) for step in kept.steps))
    held = {step.key: step for step in held_to_the_flow(softened).steps}
    assert all(held[step.key].closes == step.closes and held[step.key].evidence for step in needed(remedy))


def test_steps_that_are_added_hold_up_nothing_and_stand_by_their_days():
    added = replace(STEP, closes="proof")
    held = held_to_the_flow(replace(BOOK, steps=(added, replace(STEP, key="own_2", due_in=1))))
    assert [(step.key, step.closes) for step in held.steps] == [("own_2", ""), ("own_1", "")]


def test_content_comes_back_as_it_was_written():
    step = replace(STEP, asks="answers", evidence=True, lines=(Line("20:00", "A", "asks"),))
    book = replace(BOOK, steps=(step,))
    assert from_json("script", 2, "revive", as_json(book)) == book
    assert from_json("script", 2, "revive", as_json(replace(book, budget=None))).budget is None


def test_a_script_is_typed_line_by_line():
    lines = lines_of("20:05 | Seed A | tells | all\n\n 8:30\uff5cHost\uff5casks\n")
    assert lines == (Line("08:30", "Host", "asks"), Line("20:05", "Seed A", "tells | all"))
    assert lines_of(typed_lines(lines)) == lines and script(lines[:1]) == "08:30 Host: asks"


@pytest.mark.parametrize("line", ["20:05 A says", "25:00 | A | b", "20:05 | | b", "20:05 | A |", "x | A | b"])
def test_a_line_that_is_none_is_named(line):
    with pytest.raises(ValueError, match=line[:5].replace("|", r"\|")):
        lines_of(f"20:00 | A | b\n{line}")


def test_a_new_step_has_a_key_of_its_own():
    assert fresh_key({"own_1", "own_3"}) == "own_2"
