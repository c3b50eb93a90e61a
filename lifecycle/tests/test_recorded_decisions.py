"""What people who ran real groups decided is measured as it is known to have gone, and nothing unseen is claimed."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from lifecycle.rules.outcomes import Course, Finding, Window, effect_of, middle_of
from lifecycle.tests.files import OPEN_DATA, needs_open_data

pytestmark = needs_open_data
ORDERED = date(2015, 10, 6)  # 154 rooms were told to move
CLOSED = date(2016, 9, 17)  # 495 rooms were closed at once
DAYS = 60  # the known facts speak of so many days before and after
BUSY = 30  # messages before: a share of less is chance


@pytest.fixture(scope="module")
def archive():
    """Messages by group and day, the end of observation of each group, and the groups decided on a day."""
    daily: dict[str, Counter] = defaultdict(Counter)
    with gzip.open(OPEN_DATA / "open_daily.csv.gz", "rt") as rows:
        for row in csv.DictReader(rows):
            daily[row["group_id"]][date.fromisoformat(row["date"])] = int(row["messages"])
    with (OPEN_DATA / "open_groups.csv").open() as rows:
        until = {row["group_id"]: date.fromisoformat(row["observed_until"]) for row in csv.DictReader(rows)}
    with (OPEN_DATA / "open_decisions.csv").open() as rows:
        decided = {(row["group_id"], row["date"]): row["decision"] for row in csv.DictReader(rows)}
    return daily, until, decided


def course_of(days: Counter, until: date, on: date) -> Course:
    """What was seen in the days before and after; a day behind the end of observation is not known."""

    def window(first: int, last: int) -> Window:
        seen = [day for n in range(first, last + 1) if (day := on + timedelta(days=n)) <= until]
        return Window(sum(days[day] for day in seen), len(seen))

    return Course(window(-DAYS, -1), window(1, DAYS))


def courses_of(archive, on: date, decision: str) -> tuple[list[Course], list[Course]]:
    """The groups that were decided upon on the day, and all others; those that were busy before."""
    daily, until, decided = archive
    ours, others = [], []
    for group, end in until.items():
        course = course_of(daily[group], end, on)
        treated = decided.get((group, on.isoformat())) == decision
        if course.before.acts >= BUSY and (treated or course.after.days == DAYS):
            (ours if treated else others).append(course)
    return ours, others


def kept(courses: list[Course]) -> list[float]:
    return [course.after.acts / course.before.acts for course in courses]


def test_rooms_that_were_told_to_move_kept_two_percent_and_the_others_fifty_nine(archive):
    ordered, others = courses_of(archive, ORDERED, "migrate")
    assert (len(ordered), len(others)) == (60, 22)
    moved, stayed = middle_of(kept(ordered)), middle_of(kept(others))
    assert moved[1] <= 0.02 <= moved[2]
    assert stayed[1] <= 0.59 <= stayed[2]


def test_the_order_to_move_is_seen_as_what_emptied_the_rooms(archive):
    ordered, others = courses_of(archive, ORDERED, "migrate")
    found = effect_of(ordered, others)
    assert found.finding is Finding.HARMED and found.high < -1  # less than 37 % of what was to be expected
    pretended = effect_of(others[::2], others[1::2])
    assert pretended.finding is Finding.UNSURE


def test_nothing_is_claimed_about_rooms_that_nobody_watched_after_they_were_closed(archive):
    """About half of them went on talking elsewhere in the record; here the watching ends the day before."""
    daily, until, decided = archive
    closed = [group for (group, on), what in decided.items() if (on, what) == (CLOSED.isoformat(), "dissolve")]
    found = [effect_of([course_of(daily[group], until[group], CLOSED)], []).finding for group in closed]
    assert len(closed) == 238 and set(found) == {Finding.NO_DATA}
