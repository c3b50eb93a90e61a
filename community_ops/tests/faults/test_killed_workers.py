"""Cases 2, 3, 8 and 9: workers that die, and groups that fail or kill."""

import pytest

from community_ops.tests.faults import making
from community_ops.tests.faults.crew import Crew
from community_ops.tests.faults.naive import whole_night
from lifecycle.failpoints import POINTS
from lifecycle.models import NightFault, NightItem

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def crew_of_points(django_db_setup, tmp_path_factory):
    """One worker whose child dies once at the point whose file is made."""
    folder = tmp_path_factory.mktemp("points")
    plans = ",".join(f"{point}:kill:{folder / point}" for point in POINTS)
    with Crew(folder, FAILPOINT=plans) as crew:
        crew.start_worker()
        yield crew


@pytest.fixture
def crew(crew_of_points, transactional_db):
    """The same worker for every point; what it still holds ends before the tables are emptied."""
    yield crew_of_points
    crew_of_points.settle()


@pytest.mark.parametrize("point", POINTS)
def test_a_night_is_complete_although_the_child_died(crew, point):
    group_ids = making.make_groups(12)
    token = crew.folder / point
    token.touch()
    crew.tick_until(lambda: not token.exists())
    crew.tick_until(lambda: making.nights_done(1))
    making.assert_each_day_once(group_ids, [making.yesterday()])
    tries = set(NightItem.objects.values_list("attempts", flat=True))
    assert tries == ({1} if point == "after_commit" else {2}), "each try is counted"
    assert not NightFault.objects.exclude(state="settled").exists()


def test_naive_a_night_in_one_message_is_lost_with_the_child(make_crew):
    group_ids = making.make_groups(12)
    crew = make_crew()
    crew.start_worker("-I", "community_ops.tests.faults.naive")
    crew.send(whole_night, making.yesterday().isoformat(), group_ids[5])
    crew.wait_until(lambda: len(making.rows_per_group_and_day()) == 5)
    crew.wait_until(lambda: crew.queued() == 0)
    crew.assert_never(lambda: len(making.rows_per_group_and_day()) > 5, seconds=3)


def test_a_night_is_complete_although_the_whole_worker_died(make_crew, tmp_path):
    """Within the lease, not after the broker's visibility timeout of half an hour."""
    group_ids = making.make_groups(40)
    making.last_night_was(3)
    (tmp_path / "once").touch()
    crew = make_crew(FAILPOINT=f"after_upsert:kill_worker:{tmp_path / 'once'}", NIGHT_GROUPS_PER_ITEM="10")
    crew.start_worker()
    crew.tick_until(lambda: making.nights_done(4))
    assert crew.restarts == 1
    making.assert_each_day_once(group_ids, making.last_days(4))


def test_a_group_that_fails_is_put_aside_and_the_others_finish(make_crew):
    group_ids = making.make_groups(2000)
    bad = group_ids[777]
    crew = make_crew(FAILPOINT=f"during_work#{bad}:raise", NIGHT_GROUPS_PER_ITEM="100")
    crew.start_worker()
    crew.tick_until(lambda: making.nights_done(1))
    fault = NightFault.objects.exclude(state="settled").get()
    assert (fault.group_id, fault.state, fault.attempts) == (bad, "error", 3)
    assert fault.reason == f"PlannedFailure: during_work of group {bad}"
    making.assert_each_day_once([each for each in group_ids if each != bad], [making.yesterday()])
    assert crew.restarts == 0


def test_a_group_that_kills_its_worker_is_found_and_the_others_finish(make_crew, tmp_path):
    group_ids = making.make_groups(60)
    killer = group_ids[33]
    crew = make_crew(FAILPOINT=f"during_work#{killer}:kill_worker", NIGHT_GROUPS_PER_ITEM="20")
    crew.start_worker()
    crew.tick_until(lambda: making.nights_done(1))
    fault = NightFault.objects.exclude(state="settled").get()
    assert (fault.group_id, fault.state, fault.attempts) == (killer, "poison", 3)
    making.assert_each_day_once([each for each in group_ids if each != killer], [making.yesterday()])
    assert crew.restarts == 4, "the first crash and three more that find the group"
