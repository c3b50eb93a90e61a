"""Lets days go by in the demo: what its groups do, the night that judges it, and what cases and notices make of that.

All of the product lives by the clock of the demo then (`clock`), so this is refused where a team is no demo.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.utils import timezone

from community_ops import learning
from community_ops.demo import clock
from community_ops.demo.history import bring_in_days
from community_ops.demo.loading import first_day_not_loaded
from community_ops.demo.next_days import next_day
from community_ops.demo.one_at_a_time import demo_in_our_hands
from community_ops.notices import gathering
from groups import recurring
from groups.models import Team, User
from lifecycle import nights, pipeline, upkeep
from lifecycle.known_members import members_on
from lifecycle.models import Case, StateChange

MOST_AT_ONCE = 120  # days


class NotAdvanced(RuntimeError):
    """Nothing was changed; the text says why and what to do."""


def advance(*, days: int, say: Callable[[str], object] = print) -> dict[str, int]:
    """Let so many days go by, each with its activity and its night; returns what came of it.

    Raises NotAdvanced where there are teams that are no demo, or no demo; DemoInHands.
    """
    with demo_in_our_hands():
        return _advanced(days, say)


def _advanced(days: int, say: Callable[[str], object]) -> dict[str, int]:
    if not 1 <= days <= MOST_AT_ONCE:
        raise NotAdvanced(f"between 1 and {MOST_AT_ONCE} days")
    if Team.objects.filter(is_demo=False).exists():
        raise NotAdvanced("there are teams that are no demo, and they would live by its clock; nothing was changed")
    first_day = first_day_not_loaded()
    if first_day is None:
        raise NotAdvanced("there is no demo; make it with: demo load")
    if not clock.clock_file().exists():
        raise NotAdvanced("this demo has no clock yet; make it anew with: demo load")
    changes, ended = StateChange.objects.count(), Case.objects.exclude(ended_on=None).count()
    rows = 0
    for _number in range(days):
        rows += one_day(first_day=first_day, go_on=lambda: clock.set_days_ahead(clock.days_ahead() + 1))
        say(f"{timezone.localdate()}")
    return {
        "days ahead": clock.days_ahead(),
        "activity rows": rows,
        "changes of state": StateChange.objects.count() - changes,
        "cases ended": Case.objects.exclude(ended_on=None).count() - ended,
    }


def one_day(*, first_day: date, go_on: Callable[[], None]) -> int:
    """End the present day and work its night; returns the rows of activity. `go_on` moves the clock by one day."""
    day = timezone.localdate()
    go_on()
    now = timezone.now()
    teams = {team.slug: team for team in Team.objects.filter(is_demo=True)}
    rows = bring_in_days(
        teams=teams,
        owner=User.objects.get(is_demo=True, memberships__team=teams["demo-east"], memberships__role="manager"),
        days_by_group=next_day(day, first_day),
        now=now,
        today=day + timedelta(days=1),
    )
    work_the_night(day, now)
    return rows


def work_the_night(day: date, now: datetime) -> None:
    """What the workers do between two days: the night of `day`, then books, upkeep, what is learnt and told."""
    nights.open_nights(nights.days_between(day, day), now=now)
    pipeline.run_to_the_end(now=now)
    recurring.enter_due(today=day + timedelta(days=1), now=now, members_on=members_on)
    upkeep.reap(now=now)
    learning.learn(now=now, today=day + timedelta(days=1))
    gathering.gather(now=now)
