"""A packed week is the week again; who acted lately comes out the same without sorting."""

import numpy as np
import pytest

from lifecycle.rules.counts import KNOWN
from lifecycle.rules.kept import REMEMBERED_DAYS, acted_of
from lifecycle.rules.lately import lately_of
from lifecycle.rules.observations import COUNTED
from lifecycle.rules.people import named_of
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.rules.week_packs import DAYS, bytes_of_week, week_of, week_of_bytes
from lifecycle.rules.windows import Acting

SHAPE = np.dtype([("group", "i4"), ("day", "i4"), ("known", "i2"), *((name, "i4") for name in COUNTED)])
GROUPS = np.array([3, 7, 1999])


def rows() -> np.ndarray:
    told = np.zeros(3, dtype=SHAPE)
    told["group"], told["day"], told["known"] = [7, 3, 7], [6, 0, 2], [8, 4096, 8]
    told["messages"], told["members"] = [70_000, 0, 2], [-1, 0, 3]
    return told


def acts() -> dict[str, np.ndarray]:
    columns = {"group": [7, 3, 1999, 7], "day": [6, 1, 0, 2], "member": [900, 1, 0, 5], "acts": [1, 300, 2, 4]}
    return {name: np.array(values, dtype=np.int32) for name, values in columns.items()}


def test_a_packed_week_is_the_week_again():
    week = week_of(GROUPS, rows(), acts())
    assert sorted(week.counts) == ["members", "messages"]
    again = week_of_bytes(week.told, *(memoryview(part) for part in bytes_of_week(week).values()))
    assert again.groups.tolist() == GROUPS.tolist() and again.sizes.tolist() == [1, 2, 1]
    assert again.known.tolist() == week.known.tolist() and again.known[1, 6] == 8
    assert again.counts["messages"][1].tolist() == [0, 0, 2, 0, 0, 0, 70_000]
    assert again.counts["members"][1, 6] == -1
    assert [again.acted[name].tolist() for name in ("day", "member", "acts")] == [
        [1, 2, 6, 0], [1, 5, 900, 0], [300, 4, 1, 2],
    ]  # fmt: skip


@pytest.mark.parametrize("part", ["groups", "counts", "acted"])
def test_bytes_that_are_no_such_week_are_none(part):
    week = week_of(GROUPS, rows(), acts())
    told = bytes_of_week(week)
    told[part] = told[part][:-1]
    assert week_of_bytes(week.told, *map(memoryview, told.values())) is None
    assert week_of_bytes(week.told | KNOWN["clicks"], *map(memoryview, bytes_of_week(week).values())) is None


def test_a_week_of_nobody_is_a_week():
    nobody = {name: values[:0] for name, values in acts().items()}
    week = week_of(np.zeros(0, dtype=np.int64), rows()[:0], nobody)
    again = week_of_bytes(week.told, *map(memoryview, bytes_of_week(week).values()))
    assert again.known.shape == (0, DAYS) and not again.counts and not len(again.acted["day"])


@pytest.mark.parametrize("members", [9, 300_000], ids=["few", "high numbers"])
def test_who_acted_lately_is_who_the_sorted_entries_say(members):
    random, groups = np.random.default_rng(4), 5
    height = LEAD_DAYS + 1
    cells = random.choice(REMEMBERED_DAYS * 4 * 6, size=700, replace=False)  # the last group is one of nobody
    who = np.unique(random.integers(0, members, 6))
    group, day = cells // 6 % 4, cells // 24 + height - REMEMBERED_DAYS
    member, acts_ = who[cells % 6 % len(who)], random.integers(1, 9, len(cells))
    _, once = np.unique(np.stack([group, day, member]), axis=1, return_index=True)
    entries = [values[once].astype(np.int32) for values in (group, member, day, acts_)]
    parts = [tuple(values[at::3] for values in entries) for at in range(3)]
    found = lately_of(parts, groups, height - 1, 800)
    acting = Acting.of(*entries)
    kept = acted_of(acting, 800 - LEAD_DAYS, 800)
    for name in ("group", "member", "last", "acts"):
        assert getattr(found.acted, name).tolist() == getattr(kept, name).tolist()
    assert found.before.tolist() == named_of(acting, (height, groups)).before.tolist()
