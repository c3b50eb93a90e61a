import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from groups.tests.making import make_group
from lifecycle.models import DirtyGroup, FleetDay, NightRun, Standing
from lifecycle.tests.nights_making import readings


@pytest.fixture
def yesterday():
    return timezone.localdate() - timedelta(days=1)


def run(tmp_path, *arguments):
    call_command("run_night", *arguments, "--json", str(tmp_path / "out.json"), verbosity=0)
    return json.loads((tmp_path / "out.json").read_text())


def test_without_arguments_it_makes_up_the_missing_nights(db, tmp_path, yesterday, capsys):
    group = make_group(opened_on=yesterday - timedelta(days=5))
    run(tmp_path, "--through", str(yesterday - timedelta(days=2)))
    report = run(tmp_path)
    assert (report["first_day"], report["last_day"]) == (str(yesterday - timedelta(days=1)), str(yesterday))
    stages = ["activity", "health", "circumstances", "cases", "outcomes", "fleet"]
    assert [stage["stage"] for stage in report["stages"]] == stages
    assert report["stages"][1]["rows"] == report["group_days"] == 2
    assert [day for _, day in readings()] == [yesterday - timedelta(days=n) for n in (2, 1, 0)]
    assert Standing.objects.get(group=group).day == yesterday
    assert FleetDay.objects.filter(day=yesterday).count() == 1
    assert "health" in capsys.readouterr().out
    again = run(tmp_path)
    assert again["group_days"] == 0 and len(readings()) == 3


def test_since_judges_the_days_anew_and_all_that_came_after(db, tmp_path, yesterday):
    group = make_group(opened_on=yesterday - timedelta(days=5))
    run(tmp_path, "--since", str(yesterday - timedelta(days=4)))
    assert len(readings()) == 5
    report = run(
        tmp_path, "--since", str(yesterday - timedelta(days=3)), "--through", str(yesterday - timedelta(days=2))
    )
    assert report["last_day"] == str(yesterday), "what came after is made anew too"
    assert len(readings()) == 5
    assert Standing.objects.get(group=group).day == yesterday
    assert NightRun.objects.filter(done_at=None).count() == 0


def test_it_settles_groups_whose_past_changed(db, tmp_path, yesterday):
    group = make_group(opened_on=yesterday - timedelta(days=5))
    run(tmp_path)
    DirtyGroup.objects.create(group=group, since=yesterday - timedelta(days=3), marked_at=timezone.now())
    assert run(tmp_path)["group_days"] == 4
    assert FleetDay.objects.values("day").distinct().count() == 4


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--through", "2999-01-01"], id="a day that is not over"),
        pytest.param(["--since", "2026-02-02", "--through", "2026-02-01"], id="the wrong way round"),
    ],
)
def test_a_span_that_cannot_be_is_refused(db, arguments):
    with pytest.raises(CommandError):
        call_command("run_night", *arguments)
    assert not NightRun.objects.exists()
