"""The limits of the platform, both sides of every boundary."""

from datetime import date, timedelta

import pytest

from groups.rules.handover_limits import Batch, Waiting, free_on, work_of

TODAY = date(2026, 11, 25)


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "free"),
    [
        pytest.param([], TODAY, id="never"),
        pytest.param([TODAY], TODAY, id="once, today"),
        pytest.param([ago(90), ago(1)], TODAY, id="one left the window today"),
        pytest.param([ago(89), ago(1)], TODAY + timedelta(days=1), id="two within the window"),
        pytest.param([TODAY, TODAY], TODAY + timedelta(days=90), id="twice today"),
        pytest.param(
            [ago(80), ago(60), ago(10)], ago(60) + timedelta(days=90), id="three on record: the last two count"
        ),
    ],
)
def test_when_a_group_may_change_its_owner_again(days, free):
    assert free_on(days, TODAY) == free


@pytest.mark.parametrize(
    ("count", "given", "sizes"),
    [
        pytest.param(0, 0, [], id="nothing"),
        pytest.param(100, 0, [(0, 100)], id="one call"),
        pytest.param(101, 0, [(0, 100), (0, 1)], id="one more than a call takes"),
        pytest.param(301, 0, [(0, 100), (0, 100), (0, 100), (1, 1)], id="one more than a day takes"),
        pytest.param(150, 250, [(0, 50), (1, 100)], id="some went today"),
        pytest.param(1, 300, [(1, 1)], id="the day is full"),
        pytest.param(1, 400, [(1, 1)], id="more than full"),
    ],
)
def test_batches_by_call_and_day(count, given, sizes):
    work = work_of(dict.fromkeys(range(1, count + 1), 7), {}, given, TODAY)
    assert [((batch.on - TODAY).days, len(batch.groups)) for batch in work.batches] == sizes
    assert [group for batch in work.batches for group in batch.groups] == list(range(1, count + 1))


def test_a_group_that_must_wait_takes_no_place():
    work = work_of({1: 7, 2: 7}, {1: [ago(5), ago(3)]}, 0, TODAY)
    assert work.batches == (Batch(TODAY, 7, (2,)),)
    assert work.waiting == (Waiting(1, ago(5) + timedelta(days=90)),)


def test_a_batch_goes_to_one_person():
    work = work_of({1: 7, 2: 7, 3: 8}, {}, 0, TODAY)
    assert work.batches == (Batch(TODAY, 7, (1, 2)), Batch(TODAY, 8, (3,)))
