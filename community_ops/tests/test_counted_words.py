from datetime import date, timedelta

import numpy as np
import pytest
from django.utils import translation

from community_ops.counted_words import counted_sentence
from groups.tests.making import make_group
from lifecycle.tests.health_making import write_counts
from lifecycle.what_counted import Counted, counted_messages

FIRST = date(2026, 9, 1)
SENTENCES = [
    (Counted(0, 0, 0, 0, 0, 0, 0), ""),
    (Counted(28, 28, 90, 90, 0, 0, 0), "In 28 days 90 messages, of which 90 count."),
    (
        Counted(28, 28, 90, 40, 30, 15, 5),
        "In 28 days 90 messages, of which 40 count. Left out: 30 filler (stickers, word chains, digits, fewer than 4"
        " characters), 15 said within 48 hours after a red packet, 5 adverts.",
    ),
    (
        Counted(28, 0, 90, 90, 0, 0, 0),
        "In 28 days 90 messages, of which 90 count. No source tells filler or messages for a red packet apart, so all"
        " but adverts count.",
    ),
    (
        Counted(28, 27, 90, 90, 0, 0, 0),
        "In 28 days 90 messages, of which 90 count. On 1 day no source told filler apart; nothing was left out for it.",
    ),
]


@pytest.mark.parametrize(("told", "sentence"), SENTENCES)
def test_what_counted_is_said_in_words(told, sentence):
    with translation.override("en"):
        assert counted_sentence(told) == sentence


@pytest.mark.django_db
def test_what_counted_is_read_for_28_days_as_the_judge_takes_it():
    group, other = make_group(), make_group(external_id="other")
    days = np.ones(30)
    known = np.where(np.arange(30) < 20, np.nan, 1.0)
    write_counts(group, FIRST, messages=days * 5, ads=days * 2, filler=known * 3, incentivised=known * 1)
    write_counts(other, FIRST, messages=days * 7)
    told = counted_messages(group.pk, FIRST + timedelta(days=29))
    # 18 days with 3 of 5, then 10 on which nothing is left.
    assert told == Counted(28, 10, 140, 54, 30, 10, 56, 10, 10, 28)
