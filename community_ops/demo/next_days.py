"""The day after the last one of each group of the demo, from the model that made its history.

A group goes on as its fate says, with the same members speaking. Where people revive a group and their first steps are
done, two groups in three answer: from the third day of the attempt on they are nearly as lively as planned.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from community_ops.demo import activity, shapes
from community_ops.demo.activity import SEED, Days
from community_ops.demo.roster import roster
from groups.models import Group
from lifecycle.models import Case, DailyActivity

ANSWERS_AFTER = timedelta(days=3)
STEPS_THAT_HELP = 2
ANSWERING = 0.9  # of what was planned


def next_day(day: date, first_day: date) -> dict[str, Days]:
    """The observed day of every group of the demo that still runs. `first_day` is the first one that was not loaded.

    Where no source reports a group there is nothing. Three queries.
    """
    known = {shape.key: shape for shape in roster()}
    groups = Group.objects.running().filter(team__is_demo=True, external_id__in=known, opened_on__lte=day)
    ids: Mapping[str, int] = dict(groups.values_list("external_id", "pk"))
    members = dict(
        DailyActivity.objects.filter(group_id__in=ids.values(), day__lt=day)
        .order_by("group_id", "-day")
        .distinct("group_id")
        .values_list("group_id", "members")
    )
    answering = groups_that_answer(day)
    made = {}
    for key, pk in ids.items():
        shape = known[key]
        if shape.life in (shapes.NO_DATA, shapes.LOST_SIGHT):
            continue
        made[key] = day_of(shape, day, first_day, members.get(pk), answers=pk in answering)
    return made


def groups_that_answer(day: date) -> set[int]:
    """The groups of the demo that a revival brings back: its work began days ago, and people did their part."""
    cases = Case.objects.filter(
        team__is_demo=True, remedy="revive", state__in=["running", "evaluating", "recovered"]
    ).filter(attempt_began_on__lte=day - ANSWERS_AFTER)
    found = set()
    for case in cases.select_related("group").prefetch_related("tasks"):
        done = sum(task.plan == case.plans and task.done_at is not None for task in case.tasks.all())
        if done >= STEPS_THAT_HELP and zlib.crc32(case.group.external_id.encode()) % 3:
            found.add(case.group_id)
    return found


def day_of(shape: shapes.Shape, day: date, first_day: date, members: int | None, *, answers: bool = False) -> Days:
    """One day of one group, the same for the same arguments. `members` is how many there were the day before."""
    last_loaded = first_day - timedelta(days=1)
    days = [day]
    alive = np.array([ANSWERING]) if answers else activity.level_of(shape, days, last_loaded)
    rhythm = activity.rhythm_of(shape, days)
    talk = shape.activity == "conversation" or shape.life == shapes.NOISY
    key = zlib.crc32(shape.key.encode())
    who, rng = np.random.default_rng([SEED, key]), np.random.default_rng([SEED, key, day.toordinal()])
    pace = (alive, rhythm) if shape.activity == "conversation" else (np.ones(1), np.ones(1))
    speakers = activity.speakers_of(who, rng, shape, *pace, talk, fades=not answers)
    counts = activity.counts_of(rng, shape, days, alive * rhythm, last_loaded)
    if answers:  # whoever revives a group has the adverts removed
        counts["ads"] = [min(counts["ads"][0], 1)]
    if members is not None:
        counts["members"] = [max(members + counts["joins"][0] - counts["leaves"][0], 5)]
    activity.write_adverts(shape, counts, speakers)
    activity.offer(shape, days, counts, speakers, last_loaded)
    counts["messages"] = [sum(n for _, n in each) for each in speakers]
    counts["speakers"] = [len(each) for each in speakers]
    activity.add_idle_talk(shape, days, counts)
    return Days(shape, days, counts, speakers)
