"""Which group fits as a place to move to, and which comes first."""

from dataclasses import replace

import pytest

from lifecycle.rules.move_targets import MOST_SHOWN, Room, fits, words_of

OLD = Room(1, 1, "wecom", "mass", "conversation", "dormant", members=80, cap=200, words=words_of("亲子 阅读"))
NEW = Room(2, 1, "wecom", "mass", "conversation", "stable", members=150, cap=200)


@pytest.mark.parametrize(
    ("change", "movers", "fit"),
    [
        ({}, 50, True),
        ({}, 51, False),  # one more than there is room for
        ({"members": 200}, 0, False),
        ({"members": None}, 500, True),  # unknown is not full
        ({"cap": None}, 500, True),
        ({"state": "declining"}, 5, True),
        ({"state": "dormant"}, 5, False),
        ({"state": "unknown"}, 5, False),
        ({"state": "mission_complete"}, 5, False),
        ({"activity": "transaction"}, 5, False),
        ({"layer": "none"}, 5, True),
        ({"layer": "vip"}, 5, False),
        ({"pk": 1}, 5, False),
        ({"platform": "qq"}, 5, True),
    ],
)
def test_what_fits(change, movers, fit):
    assert bool(fits(OLD, [replace(NEW, **change)], movers)) is fit


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"state": "stable"}, {"state": "forming"}),
        ({"state": "forming"}, {"state": "declining", "members": 1}),
        ({}, {"team": 2, "members": 1}),
        ({}, {"platform": "qq", "members": 1}),
        ({}, {"layer": "none", "members": 1}),
        ({}, {"cap": None}),
        ({"words": words_of("亲子共读")}, {"members": 1}),
        ({"members": 140}, {"members": 150}),
    ],
    ids=["healthy", "alive", "team", "platform", "layer", "known room", "theme", "more room"],
)
def test_what_comes_first(better, worse):
    found = fits(OLD, [replace(NEW, pk=3, **worse), replace(NEW, pk=4, **better)], 5)
    assert [fit.room.pk for fit in found] == [4, 3]


def test_each_says_why_and_the_list_is_short():
    (first, *_), many = fits(OLD, [NEW], 5), fits(OLD, [replace(NEW, pk=n) for n in range(2, 40)], 5)
    assert first.reasons == ("stable", "same_layer", "places_left") and len(many) == MOST_SHOWN
    (other,) = fits(OLD, [replace(NEW, team=2, platform="qq", cap=None, layer="none", words=OLD.words)], 5)
    assert other.reasons == ("stable", "theme_alike", "no_layer", "places_unknown", "other_platform", "other_team")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("亲子 阅读", {"亲子", "阅读"}),
        ("亲子阅读", {"亲子", "子阅", "阅读"}),
        ("Book Club", {"book", "club"}),
        ("群", set()),
        ("", set()),
    ],
)
def test_themes_share_words_and_pairs_of_characters(text, words):
    assert words_of(text) == words
