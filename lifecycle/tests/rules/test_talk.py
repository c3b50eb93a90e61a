import numpy as np
import pytest

from lifecycle.rules.talk import FILLER, HEARD, NOBODY, QUESTION, RED_PACKET, told_apart

HOUR = 3600
ANN, BEN = 0, 1


def heard(*messages, group=0):
    """Each message as hour, who, marks, and perhaps where a short text begins and ends."""
    rows = [(group, 1, round(hour * HOUR), who, marks, *(ends or (0, 0))) for hour, who, marks, *ends in messages]
    return np.array(rows, dtype=HEARD)


def link(hour, who, first, last):
    return hour, who, 0, ord(first), ord(last)


CLASSES = [
    ([(0, ANN, 0)], ""),
    ([(0, ANN, FILLER)], "f"),
    ([(0, NOBODY, RED_PACKET), (48, ANN, 0)], "-i"),
    ([(0, NOBODY, RED_PACKET), (48.01, ANN, 0)], "-"),
    ([(1, NOBODY, RED_PACKET), (0, ANN, 0)], " -"),  # said before it, though told after
    ([(0, NOBODY, RED_PACKET), (40, NOBODY, RED_PACKET), (80, ANN, 0)], "--i"),
    ([(0, NOBODY, RED_PACKET), (1, ANN, FILLER)], "-f"),  # one class only
]


@pytest.mark.parametrize(("messages", "classes"), CLASSES)
def test_a_message_is_in_one_class(messages, classes):
    told = told_apart(heard(*messages))
    shown = [
        "f" if filler else "i" if paid else "-" if marks & RED_PACKET else " "
        for filler, paid, marks in zip(told.filler, told.incentivised, told.heard["marks"], strict=True)
    ]
    assert "".join(shown).rstrip() == classes


ASKED = [
    ("nobody answers", [(0, ANN, QUESTION)], 0),
    ("somebody else does", [(0, ANN, QUESTION), (24, BEN, 0)], 1),
    ("too late", [(0, ANN, QUESTION), (24.01, BEN, 0)], 0),
    ("only who asked goes on", [(0, ANN, QUESTION), (1, ANN, 0)], 0),
    ("who asked goes on, then somebody answers", [(0, ANN, QUESTION), (1, ANN, 0), (2, ANN, 0), (3, BEN, 0)], 1),
    ("filler is no answer", [(0, ANN, QUESTION), (1, BEN, FILLER)], 0),
    ("a question is no answer", [(0, ANN, QUESTION), (1, BEN, QUESTION)], 0),
    ("one answer for two questions", [(0, ANN, QUESTION), (1, ANN, QUESTION), (2, BEN, 0)], 2),
    ("nobody knows who said it", [(0, ANN, QUESTION), (1, NOBODY, 0)], 0),
    ("what was said before is no answer", [(1, ANN, QUESTION), (0, BEN, 0)], 0),
]


@pytest.mark.parametrize(("messages", "answered"), [case[1:] for case in ASKED], ids=[case[0] for case in ASKED])
def test_a_question_is_answered_by_somebody_else_in_time(messages, answered):
    told = told_apart(heard(*messages))
    assert (int(told.answered.sum()), bool((told.answered & ~told.questions).any())) == (answered, False)


def test_groups_do_not_hear_one_another():
    here = heard((0, ANN, QUESTION), (0, NOBODY, RED_PACKET))
    there = heard((1, BEN, 0), group=1)
    told = told_apart(np.concatenate([here, there]))
    assert not told.answered.any() and not told.incentivised.any()


def test_three_links_make_a_chain_and_two_do_not():
    chain = [link(0, ANN, "一", "二"), link(1, BEN, "二", "三"), link(2, ANN, "三", "四"), link(9, BEN, "五", "六")]
    assert told_apart(heard(*chain)).filler.tolist() == [True, True, True, False]
    assert not told_apart(heard(*chain[:2], chain[3])).filler.any()
    with_a_packet = [chain[0], (0.5, NOBODY, RED_PACKET), *chain[1:3]]
    assert not told_apart(heard(*with_a_packet)).filler.any()


def test_of_many_random_messages_the_answers_are_those_that_a_plain_walk_finds():
    chance = np.random.default_rng(5)
    rows = np.zeros(3000, dtype=HEARD)
    rows["group"], rows["sender"] = chance.integers(0, 3, 3000), chance.integers(-1, 4, 3000)
    rows["second"] = chance.integers(0, 90 * 24 * HOUR, 3000)
    rows["marks"] = chance.choice(
        [0, FILLER, QUESTION, FILLER | QUESTION, RED_PACKET], 3000, p=[0.4, 0.2, 0.3, 0.05, 0.05]
    )
    told = told_apart(rows)
    walked = list(zip(*(told.heard[name].tolist() for name in ("group", "second", "sender", "marks")), strict=True))
    for at, (group, second, sender, marks) in enumerate(walked):
        later = [row for row in walked[at + 1 :] if row[0] == group and row[1] - second <= 24 * HOUR]
        able = [row for row in later if row[3] == 0 and row[2] not in (NOBODY, sender)]
        assert told.answered[at] == (bool(marks & QUESTION) and not marks & RED_PACKET and bool(able))
        before = [row for row in walked[:at] if row[0] == group and second - row[1] <= 48 * HOUR]
        paid = any(row[3] & RED_PACKET for row in before)
        assert told.incentivised[at] == (paid and not marks & (RED_PACKET | FILLER))
