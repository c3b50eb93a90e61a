"""The evaluation counts what it says it counts, looks ahead only for its labels, and needs no database."""

import csv
import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from lifecycle.evaluation.archive_files import read_archive
from lifecycle.evaluation.behaviour import behaviour_of
from lifecycle.evaluation.decisions import decisions_of
from lifecycle.evaluation.labels import first_within, functional_deaths, onsets, strict_deaths
from lifecycle.evaluation.measures import auc, auc_interval, calibration
from lifecycle.evaluation.replay import Replay, replay

FIRST = date(2024, 1, 1)
RESULT = {
    "n", "deaths", "auc_functional", "auc_functional_ci", "auc_strict", "recall", "false_flags_per_group_year",
    "flips_per_group_year", "lead_days", "calibration",
}  # fmt: skip


def test_functional_death_is_a_fall_below_a_tenth_of_the_pace():
    messages = np.concatenate([np.full(180, 2), np.zeros(200)]).astype(int)
    messages[180:380:10] = 1
    dying = functional_deaths(messages)
    assert not dying[:170].any()
    assert dying[180]
    assert not dying[len(messages) - 89 :].any()


@pytest.mark.parametrize(("trickle", "dead"), [pytest.param(17, True, id="below"), pytest.param(18, False, id="at it")])
def test_the_edge_of_a_trickle(trickle, dead):
    messages = np.zeros(400, dtype=int)
    messages[:180] = 2
    messages[180 : 180 + trickle] = 1
    assert functional_deaths(messages)[180] == dead


def test_young_and_tiny_groups_do_not_die_so():
    messages = np.zeros(300, dtype=int)
    messages[:40] = 1
    assert not functional_deaths(messages)[:60].any()
    assert functional_deaths(messages)[60]
    messages[:40] = 0
    messages[:29] = 1
    assert not functional_deaths(messages).any()


def test_strict_death_is_ninety_observed_days_of_silence():
    messages = np.zeros(200, dtype=int)
    messages[[10, 120]] = 1
    assert np.flatnonzero(strict_deaths(messages)).tolist() == [*range(11, 31)]


def test_an_onset_is_a_first_dying_day_in_a_month():
    dying = np.zeros(120, dtype=bool)
    dying[[10, 11, 30, 80]] = True
    assert np.flatnonzero(onsets(dying)).tolist() == [10, 80]
    assert first_within(dying, np.array([9, 10, 30, 50, 79, 100]), 30).tolist() == [10, 11, -1, 80, 80, -1]


def test_auc_counts_pairs_and_ties():
    random = np.random.default_rng(2)
    risk, died = random.integers(0, 9, 200).astype(float), random.random(200) < 0.3
    pairs = [(a > b) + (a == b) / 2 for a in risk[died] for b in risk[~died]]
    assert auc(risk, died) == pytest.approx(np.mean(pairs))
    low, high = auc_interval(risk, died, np.arange(200) // 5, rounds=200)
    assert low < auc(risk, died) < high


def test_without_deaths_there_is_no_auc():
    assert auc(np.ones(3), np.zeros(3, dtype=bool)) is None
    assert auc_interval(np.ones(3), np.zeros(3, dtype=bool), np.arange(3), rounds=5) is None


def test_calibration_compares_forecast_and_outcome():
    chance = np.repeat([0.1, 0.9], 50)
    assert calibration(chance, np.arange(100) >= 55) == [[0.1, 0.0, 50], [0.9, 0.9, 50]]


def test_flags_are_false_flip_and_catch_as_defined():
    """Two messages a day for 400 days, then nothing; flagged on days 210..230 for nothing and from 380 on rightly."""
    messages = np.concatenate([np.full(400, 2), np.zeros(200)]).astype(int)
    flagged = np.zeros(600, dtype=bool)
    flagged[210:231] = True
    flagged[380:] = True
    plain = Replay("here", 1, messages, np.full(600, 5), np.full(600, 9000), flagged)
    decisions = decisions_of([plain])
    found = behaviour_of(decisions, [flagged], [plain])
    assert (found.deaths, found.caught, found.false_flags) == (1, 1, 1)
    assert found.flips == 3
    assert found.leads == [429 - 380]


@pytest.fixture
def archive(tmp_path):
    """Twelve groups of two sources; every third fades away."""
    random = np.random.default_rng(4)
    groups = [["group_id", "source", "first_message", "observed_until", "left_truncated", "kind"]]
    members = [["group_id", "date", "member", "messages"]]
    daily = [["group_id", "date", "messages", "speakers"]]
    for n in range(12):
        source = "east" if n % 2 else "west"
        groups.append([n, source, FIRST, FIRST + timedelta(days=599), n == 11, "chat"])
        for day in range(600):
            mean = 3.0 if n % 3 or day < 250 else 3 * np.exp(-(day - 250) / 60)
            count = 1 if day == 0 else random.poisson(mean)
            on = FIRST + timedelta(days=day)
            members += [[n, on, member, 2] for member in random.choice(30, size=count, replace=False)]
            if count:
                daily.append([n, on, count * 2, count])
    for name, rows in (("groups", groups), ("members", members), ("daily", daily)):
        with (tmp_path / f"{name}.csv").open("w") as out:
            csv.writer(out).writerows(rows)
    return tmp_path


@pytest.mark.parametrize("given", ["members", "daily"])
def test_the_command_reports_in_the_agreed_shape(archive, given, capsys):
    out = archive / "out.json"
    call_command(
        "evaluate_lifecycle", "--groups", archive / "groups.csv", f"--{given}", archive / f"{given}.csv", "--json", out
    )
    found = json.loads(out.read_text())
    assert found["groups"] == 12
    assert found["overall"].keys() >= RESULT
    assert found["all"]["n"] == found["decisions"] > 300
    assert found["overall"]["deaths"] >= 2
    assert found["overall"]["auc_functional"] > 0.7
    assert set(found["by_source"]) == set(found["leave_one_source_out"]) == {"east", "west"}
    assert set(found["baselines"]) == {"silence_14", "drop_30", "ewma", "logit3", "speakers_28"}
    assert found["by_source"]["east"]["n"] + found["by_source"]["west"]["n"] == found["overall"]["n"]
    assert "judge, materially alive" in capsys.readouterr().out


def test_the_replay_looks_at_no_later_day(archive):
    whole, _ = read_archive(archive / "groups.csv", archive / "members.csv", None)
    early = whole.day < whole.groups[0].first + 350
    days = {name: getattr(whole, name)[early] for name in ("group", "day", "member", "acts", "heads")}
    cut = replace(whole, **days)
    for ours, theirs in zip(replay(whole), replay(cut), strict=True):
        assert (ours.score[:350] == theirs.score[:350]).all()
        assert (ours.flagged[:350] == theirs.flagged[:350]).all()


def rewrite(path, change, titles=None):
    """The same table with its rows changed by a function that gives a list of rows for each."""
    with path.open() as table:
        rows = list(csv.DictReader(table))
    found = [new for row in rows for new in change(dict(row))]
    with path.open("w", encoding="utf-8-sig", newline="") as table:
        out = csv.DictWriter(table, titles or list(rows[0]), extrasaction="ignore")
        out.writeheader()
        out.writerows(found)


def judged(folder, **names):
    given = [part for name, path in names.items() for part in (f"--{name}", folder / path)]
    call_command("evaluate_lifecycle", "--groups", folder / "groups.csv", *given, "--json", folder / "out.json")
    return json.loads((folder / "out.json").read_text())


def test_an_archive_that_is_told_in_another_way_gives_the_same_figures(archive, capsys):
    """Names for members, times beside dates, 3.0 for 3, a day in two rows, any order, no first days: all the same."""
    plain = judged(archive, members="members.csv")
    rewrite(
        archive / "members.csv",
        lambda row: [
            row | {"member": "m" + row["member"], "date": row["date"] + " 09:30:00", "messages": "1.0"},
            row | {"member": "m" + row["member"], "messages": "1"},
        ],
    )
    lines = (archive / "members.csv").read_text(encoding="utf-8").splitlines()
    (archive / "members.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    rewrite(archive / "groups.csv", lambda row: [row], ["group_id", "source", "observed_until", "left_truncated"])
    assert judged(archive, members="members.csv") == plain
    assert "left out" not in capsys.readouterr().err


def test_groups_that_members_do_not_tell_of_are_judged_by_their_counts(archive):
    counted = judged(archive, daily="daily.csv")
    rewrite(archive / "members.csv", lambda row: [row] if int(row["group_id"]) < 6 else [])
    mixed = judged(archive, members="members.csv", daily="daily.csv")
    fewer = judged(archive, members="members.csv")
    assert mixed["decisions"] == counted["decisions"] > fewer["decisions"] > 0


def test_what_is_left_out_is_told(archive, capsys):
    plain = judged(archive, members="members.csv")
    rewrite(archive / "members.csv", lambda row: [row, row | {"messages": "many"}, row | {"date": "yesterday"}])
    rewrite(archive / "groups.csv", lambda row: [row, row, row | {"group_id": "new", "observed_until": ""}])
    found = judged(archive, members="members.csv")
    told = capsys.readouterr().err
    assert found["overall"] == plain["overall"]
    assert "left out, groups named before: 12, first groups.csv line 3" in told
    assert "left out, groups that nobody says how long were observed: 12, first groups.csv line 4" in told
    assert "left out, rows that cannot be read: " in told and "first members.csv line 3" in told


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"groups.csv": "group_id,source\n1,a\n"}, "groups.csv has no column observed_until; it has group_id, source"),
        ({"groups.csv": "group_id,observed_until\nx,2025-01-01\n"}, "no row of activity belongs to a group of groups"),
        ({"members.csv": ""}, "members.csv has no column group_id, date, member, messages"),
        ({"groups.csv": "group_id,observed_until,kind\n1,2026-01-01,mailing list\n"}, "nothing to judge"),
    ],
)
def test_an_archive_that_cannot_be_judged_is_refused_in_words(archive, broken, words):
    for name, text in broken.items():
        (archive / name).write_text(text)
    with pytest.raises(CommandError, match=words):
        judged(archive, members="members.csv")


def test_an_archive_without_activity_is_refused(archive):
    with pytest.raises(CommandError, match="--members or --daily"):
        call_command("evaluate_lifecycle", "--groups", archive / "groups.csv")
    with pytest.raises(CommandError, match="Cannot read"):
        call_command("evaluate_lifecycle", "--groups", archive / "daily.csv", "--members", archive / "members.csv")
