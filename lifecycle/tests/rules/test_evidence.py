"""Evidence packed with a standing tells what the evidence of the day tells, and nothing in another layout."""

from dataclasses import replace

import numpy as np
import pytest

from lifecycle.models.evidence import EvidenceField
from lifecycle.rules.evidence import (
    EVIDENCE_LAYOUT,
    EVIDENCE_ROW,
    EVIDENCE_ROW_2,
    EVIDENCE_ROW_3,
    EVIDENCE_ROW_4,
    EVIDENCE_ROW_5,
    SINCE_LAYOUT_3,
    SINCE_LAYOUT_4,
    SINCE_LAYOUT_6,
    evidence_of,
    evidence_rows,
    standing_evidence,
)
from lifecycle.rules.judging import FIGURES
from lifecycle.rules.policy import DEFAULT_POLICY, PARTS, RULE_VERSION
from lifecycle.rules.rulings import Ruling
from lifecycle.tests.series_making import judge_all, make_talk, poisson_speakers


def judged():
    speakers = poisson_speakers(150, 3, mean=5, seed=4)
    speakers[:, 1] = np.nan
    speakers[120:, 2] = 0
    return judge_all(make_talk(speakers, members=20))


@pytest.fixture
def found():
    """One group, of which a test changes the last day."""
    return judge_all(make_talk(poisson_speakers(150, 1, mean=5, seed=4), members=20))


def test_a_standing_tells_the_evidence_of_its_last_day_and_the_badges():
    found = judged()
    for group, row in enumerate(evidence_rows(found, 149)):
        told = standing_evidence(row.tobytes())
        share, badges = told.pop("share_of_one"), told.pop("badges")
        assert told == evidence_of(found, 149, group)
        assert (share is None) == bool(np.isnan(found.carried_by_one[group]))
        assert badges == (["carried_by_one"] if share and share > 0.5 else [])


def test_unknown_figures_are_null_and_days_are_dates():
    found = judged()
    told, nobody = evidence_of(found, 149, 0), evidence_of(found, 149, 1)
    assert told.keys() == {*FIGURES, "state", "score", "coverage", "losses", "cap", "rule_version"}
    assert (told["losses"].keys(), told["rule_version"]) == (set(PARTS), RULE_VERSION)
    assert (told["last_act"], type(told["people_28"]), type(told["rate"])) == ("2025-07-30", int, float)
    assert (nobody["last_act"], nobody["acts_28"], nobody["people_28"]) == (None, None, None)


def test_another_layout_tells_nothing():
    rows = evidence_rows(judged(), 149)
    rows["layout"] = EVIDENCE_LAYOUT + 1
    assert standing_evidence(rows[0].tobytes()) == standing_evidence(rows[0].tobytes()[:-1]) == {}


def test_a_dictionary_is_stored_as_text_and_told_as_it_was():
    field, packed = EvidenceField(), evidence_rows(judged(), 149)[0].tobytes()
    assert field.from_db_value(memoryview(field.get_prep_value({"score": 5})), None, None) == {"score": 5}
    assert field.from_db_value(memoryview(packed), None, None) == standing_evidence(packed)
    assert field.from_db_value(None, None, None) is None


def test_the_stored_row_is_what_its_layout_says():
    """Whoever changes the row gives it a new layout, and this line with it."""
    assert (EVIDENCE_LAYOUT, EVIDENCE_ROW.itemsize) == (6, 172)


@pytest.mark.parametrize(("layout", "dtype"), [(5, EVIDENCE_ROW_5), (4, EVIDENCE_ROW_4)])
def test_a_row_of_before_people_were_to_be_kept_and_before_figures_were_narrow_tells_the_rest(layout, dtype):
    row = evidence_rows(judged(), 149)[:1]
    old = np.zeros(1, dtype=dtype)
    for name in dtype.names:
        old[name] = row[name]
    old["layout"] = layout
    assert standing_evidence(old.tobytes()) == standing_evidence(row.tobytes()) | dict.fromkeys(SINCE_LAYOUT_6)
    old["layout"] = 3
    assert standing_evidence(old.tobytes()) == {}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("acts_28", 16_777_215.0, 16_777_215),
        ("last_act", 803_000.0, "2199-07-16"),
        ("rate", 1234.5678, 1234.5677),
        ("silence_odds", -0.12344, -0.1234),
    ],
)
def test_narrow_figures_tell_days_and_counts_exactly_and_rates_to_seven_digits(found, name, value, told):
    found.figures[name][149, 0] = value
    assert evidence_of(found, 149, 0)[name] == told


def test_a_row_of_before_policies_had_versions_tells_the_same():
    row = evidence_rows(judged(), 149)[:1]
    old = np.zeros(1, dtype=EVIDENCE_ROW_2)
    for name in EVIDENCE_ROW_2.names:
        old[name] = row[name]
    old["layout"] = 2
    unknown = dict.fromkeys((*SINCE_LAYOUT_3, *SINCE_LAYOUT_6))
    assert standing_evidence(old.tobytes()) == standing_evidence(row.tobytes()) | unknown


def test_what_the_policy_of_the_day_made_of_it_is_told_with_it():
    strict = Ruling(3, 0, replace(DEFAULT_POLICY, carried_by_one_share=0.0))
    told = standing_evidence(evidence_rows(judged(), 149, ruling=strict)[0].tobytes())
    assert (told["badges"], told["rule_version"]) == (["carried_by_one"], RULE_VERSION + 300)


@pytest.mark.parametrize(
    ("score", "loss", "cap"),
    [
        (4000, 700, {"by": "ad_overrun", "loss": 700}),
        (6000, 1, {"by": "exodus", "loss": 1}),
        (4000, 0, None),
        (7000, 0, None),
    ],
)
def test_a_cap_is_told_with_what_capped(found, score, loss, cap):
    found.score[149, 0], found.cap_loss[149, 0] = score, loss
    assert evidence_of(found, 149, 0)["cap"] == cap


@pytest.mark.parametrize(
    ("share", "told", "badges"),
    [(0.5, 0.5, []), (0.50004, 0.5, ["carried_by_one"]), (0.123456, 0.1235, []), (np.nan, None, [])],
)
def test_one_carries_a_group_with_more_than_half(found, share, told, badges):
    found.carried_by_one[0] = share
    standing = standing_evidence(evidence_rows(found, 149)[0].tobytes())
    assert (standing["share_of_one"], standing["badges"]) == (told, badges)


def test_a_part_without_loss_is_not_a_part_unknown(found):
    found.losses[149, :, 0] = [0, -1, 1, 20, 300]
    assert list(evidence_of(found, 149, 0)["losses"].values()) == [0, None, 1, 20, 300]


def test_a_row_of_before_questions_were_counted_tells_the_same_without_them(found):
    row = evidence_rows(found, 149)[:1]
    old = np.zeros(1, dtype=EVIDENCE_ROW_3)
    for name in EVIDENCE_ROW_3.names:
        old[name] = row[name]
    old["layout"] = 3
    assert standing_evidence(old.tobytes()) == standing_evidence(row.tobytes()) | dict.fromkeys(
        (*SINCE_LAYOUT_4, *SINCE_LAYOUT_6)
    )
    old["layout"] = 2
    assert standing_evidence(old.tobytes()) == {}
