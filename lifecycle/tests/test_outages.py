"""A source that breaks is noticed, recorded from day to day, and freezes its groups instead of killing them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from groups.models import AuditEntry
from groups.tests.making import make_group, make_team, make_user
from lifecycle import outages
from lifecycle.health import judge_groups
from lifecycle.models import Case, DirtyGroup, DoubtedDay, Flag, HealthState, Source, SourceOutage, Standing
from lifecycle.outages import look_at_all
from lifecycle.pipeline import STAGES
from lifecycle.pushes import DayTold, take_days
from lifecycle.rules.counts import KNOWN
from lifecycle.stage import run_stages
from lifecycle.tests.health_making import write_talk

pytestmark = pytest.mark.django_db

START = date(2026, 3, 2)  # a Monday after the festival
NOW = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
GOOD, BAD = 112, 110
SICK = (HealthState.DECLINING, HealthState.DORMANT, HealthState.DEAD)


def day(number):
    return START + timedelta(days=number)


def make_source(groups=8, days=GOOD, zeros=BAD):
    """Groups that talk, then tell nothing but zeros; all of it covered by one source."""
    team = make_team()
    found = [make_group(team=team, opened_on=START) for _ in range(groups)]
    source = Source.objects.create(team=team, kind="api", name="Night sync")
    for seed, group in enumerate(found):
        talk = np.random.default_rng(seed).integers(6, 14, days)
        write_talk(group, START, [*talk, *[0] * zeros], seed=seed)
        group.coverage.create(
            source=source, observed_from=START, observed_until=day(days + zeros - 1), known=KNOWN["messages"]
        )
    return source, found


def judged(groups, last):
    ids = sorted(group.pk for group in groups)
    run_stages(STAGES, ids, START, last, now=NOW)
    return set(Standing.objects.filter(group__in=ids).values_list("state", flat=True))


def test_zeros_of_a_broken_source_freeze_groups_and_kill_none_and_without_that_they_would_be_dead():
    source, groups = make_source()
    for number in range(GOOD - 7, GOOD + BAD):
        look_at_all(through=day(number), now=NOW)
    outage = SourceOutage.objects.get()
    assert (outage.kind, outage.began_on, outage.ended_on, outage.groups) == ("zeros", day(GOOD), None, len(groups))
    assert DoubtedDay.objects.count() == len(groups) * BAD
    assert judged(groups, day(GOOD + BAD - 1)) == {HealthState.UNKNOWN}
    assert not Flag.objects.filter(lowered_on=None, severity__gt=1).exists() and not Case.objects.exists()
    DoubtedDay.objects.all().delete()
    assert judged(groups, day(GOOD + BAD - 1)) == {HealthState.DEAD}
    assert Case.objects.count() == len(groups)


def test_one_night_freezes_as_many_nights_do():
    source, groups = make_source(zeros=12)
    ids = sorted(group.pk for group in groups)
    judge_groups(ids, START, day(GOOD - 1), now=NOW)
    for number in range(GOOD, GOOD + 12):  # the rolling form, a night at a time
        look_at_all(through=day(number), now=NOW)
        judge_groups(ids, day(number), day(number), now=NOW)
    nightly = list(Standing.objects.order_by("group").values())
    judge_groups(ids, START, day(GOOD + 11), now=NOW)
    assert list(Standing.objects.order_by("group").values()) == nightly
    assert {row["state"] for row in nightly} == {HealthState.UNKNOWN}


def test_an_outage_ends_when_the_groups_act_again_and_the_same_look_writes_nothing():
    source, groups = make_source(zeros=5)
    look_at_all(through=day(GOOD + 4), now=NOW)
    for seed, group in enumerate(groups):
        write_talk(group, day(GOOD + 5), [9, 9], seed=seed)
    DirtyGroup.objects.all().delete()
    for _ in range(2):
        look_at_all(through=day(GOOD + 6), now=NOW)
        outage = SourceOutage.objects.get()
        assert (outage.began_on, outage.ended_on, outage.ended_at) == (day(GOOD), day(GOOD + 5), NOW)
    assert DoubtedDay.objects.count() == 5 * len(groups) and not DirtyGroup.objects.exists()


def test_better_figures_for_the_broken_days_end_the_doubt():
    source, groups = make_source(zeros=2)
    look_at_all(through=day(GOOD + 1), now=NOW)
    assert DirtyGroup.objects.filter(since=day(GOOD)).count() == len(groups)
    rows = [
        DayTold(group.external_id or f"k{group.pk}", "", group.platform, day(GOOD + n), {"messages": 50})
        for group in groups
        for n in range(2)
    ]
    for group in groups:
        group.external_id = f"k{group.pk}"
        group.save()
    take_days(
        team=source.team, system="Night sync", rows=rows, content=b"", person=make_user(source.team), now=NOW,
        today=day(GOOD + 2),
    )  # fmt: skip
    assert not DoubtedDay.objects.exists()
    assert SourceOutage.objects.get().ended_at == NOW


@pytest.mark.parametrize(
    ("since", "noticed"),
    [(3, False), (4, True), (35, True), (36, False)],
    ids=["three days are late", "four are silence", "lately", "long ago"],
)
def test_a_source_that_tells_nothing_is_noticed(since, noticed):
    source, groups = make_source(groups=1, days=10, zeros=0)
    last = day(9)
    look_at_all(through=last + timedelta(days=since), now=NOW)
    found = SourceOutage.objects.filter(kind="silent")
    assert list(found.values_list("began_on", "groups")) == ([(day(10), 1)] if noticed else [])


def test_silence_ends_when_data_comes_back():
    source, groups = make_source(groups=1, days=10, zeros=0)
    look_at_all(through=day(14), now=NOW)
    groups[0].external_id = "k"
    groups[0].save()
    rows = [DayTold("k", "", groups[0].platform, day(15), {"messages": 3})]
    take_days(
        team=source.team, system="Night sync", rows=rows, content=b"", person=make_user(source.team), now=NOW,
        today=day(16),
    )  # fmt: skip
    outage = SourceOutage.objects.get()
    assert (outage.began_on, outage.ended_on) == (day(10), day(15))


def test_figures_typed_by_hand_and_closed_groups_are_no_silence():
    source, groups = make_source(groups=1, days=10, zeros=0)
    groups[0].closed_on = day(9)
    groups[0].save()
    Source.objects.create(team=source.team, kind="manual", name="wecom")
    look_at_all(through=day(14), now=NOW)
    assert not SourceOutage.objects.exists()


@pytest.mark.parametrize(
    ("hour", "ended_on"), [(15, date(2026, 12, 31)), (16, date(2027, 1, 1))], ids=["before midnight", "after midnight"]
)
def test_zeros_are_believed_on_the_day_of_here(hour, ended_on):
    """At 16:00 UTC the next day has begun here."""
    source, _groups = make_source(zeros=5)
    look_at_all(through=day(GOOD + 4), now=NOW)
    now = datetime(2026, 12, 31, hour, 30, tzinfo=UTC)
    assert outages.believe(outage=SourceOutage.objects.get(), by=make_user(source.team, "manager"), now=now)
    assert SourceOutage.objects.get().ended_on == ended_on


def test_a_person_who_knows_better_lets_the_zeros_count():
    source, groups = make_source(zeros=5)
    look_at_all(through=day(GOOD + 4), now=NOW)
    DirtyGroup.objects.all().delete()
    by = make_user(source.team, "manager")
    assert outages.believe(outage=SourceOutage.objects.get(), by=by, now=NOW)
    assert not outages.believe(outage=SourceOutage.objects.get(), by=by, now=NOW)
    assert not DoubtedDay.objects.exists()
    assert DirtyGroup.objects.filter(since=day(GOOD)).count() == len(groups)
    look_at_all(through=day(GOOD + 4), now=NOW)
    assert SourceOutage.objects.get().believed_by == by and not DoubtedDay.objects.exists()
    assert AuditEntry.objects.filter(verb="zeros believed", actor_id=by.pk).count() == 1
