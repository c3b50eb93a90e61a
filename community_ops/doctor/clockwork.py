"""The clockwork: beat, a worker for each queue, the nights, what waits to be sent, what was put aside."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community_ops.celery import app
from community_ops.doctor.findings import Finding, fault, good, note
from community_ops.watching import limits
from community_ops.watching.figures import Figures

ANSWER_SECONDS = 2.0
START_BEAT = _("Start beat and the worker of the queue default; both are needed")


def look(figures: Figures, now: datetime) -> list[Finding]:
    return [
        *of_queues(consumers()),
        of_beat(figures),
        of_nights(figures, timezone.localtime(now).hour),
        of_outbox(figures.oldest_unsent, figures.unsent),
        of_aside(figures.put_aside),
        of_imports(figures.oldest_import),
        of_sources(figures.silent_sources),
        of_robots(figures.robots_paused),
    ]


def consumers() -> dict[str, int]:
    """How many workers of all machines listen to each queue; empty counts where the broker does not answer."""
    found = {queue.name: 0 for queue in settings.CELERY_TASK_QUEUES}
    try:
        answers = app.control.inspect(timeout=ANSWER_SECONDS).active_queues() or {}
    except (OSError, app.connection_for_read().connection_errors):
        return found
    for queues in answers.values():
        for queue in queues:
            found[queue["name"]] = found.get(queue["name"], 0) + 1
    return found


def of_queues(found: dict[str, int]) -> list[Finding]:
    alone = [name for name, count in found.items() if not count]
    counts = ", ".join(f"{name}: {count}" for name, count in found.items())
    if alone:
        return [
            fault(
                "workers",
                format_lazy(_("No worker listens to {names}"), names=", ".join(alone)),
                _("Start the workers (README, several machines), and look at their logs"),
            )
        ]
    return [good("workers", format_lazy(_("Workers by queue: {counts}"), counts=counts))]


def of_beat(figures: Figures) -> Finding:
    """A new installation has some minutes until the first tick."""
    late = figures.since_tick > limits.TICK_SECONDS
    if "ensure_nights" not in figures.ticks:
        said = _("No tick was ever carried out")
        remedy = _("The first comes within minutes, where beat and the worker of the queue default run")
        return fault("beat", said, START_BEAT) if late else note("beat", said, remedy)
    said = format_lazy(_("The last tick was carried out {seconds} s ago"), seconds=f"{figures.since_tick:.0f}")
    return fault("beat", said, START_BEAT) if late else good("beat", said)


def of_nights(figures: Figures, hour: int) -> Finding:
    if figures.first_night is None:
        return note(
            "nights", _("There was no night yet"), _("The first comes by itself at the hour of NIGHT_STARTS_AT_HOUR")
        )
    said = format_lazy(_("The last night that is done is {day}"), day=figures.last_night or "--")
    late = figures.nights_late
    if late > 1 or (late == 1 and hour >= limits.NIGHT_LATE_FROM_HOUR):
        return fault("nights", said, _("Look at the nightly runs page and at the log of the worker of the queue sweep"))
    return good("nights", said)


def of_outbox(oldest: float | None, unsent: int) -> Finding:
    if oldest is not None and oldest > limits.UNSENT_SECONDS:
        said = format_lazy(
            _("Messages that wait to be sent: {count}, the oldest for {minutes} min"),
            count=unsent,
            minutes=f"{oldest / 60:.0f}",
        )
        return fault("outbox", said, _("See whether the broker answers and whether beat and the worker of default run"))
    return good("outbox", format_lazy(_("Messages that wait to be sent: {count}"), count=unsent))


def of_aside(count: int) -> Finding:
    if count:
        said = format_lazy(_("Groups that the nights put aside: {count}"), count=count)
        return note(
            "put aside", said, _("Open the nightly runs page: each has its reason and a button to try it again")
        )
    return good("put aside", _("No group was put aside"))


def of_imports(oldest: float | None) -> Finding:
    if oldest is not None and oldest > limits.IMPORT_SECONDS:
        said = format_lazy(_("An upload waits for {minutes} min to be read"), minutes=f"{oldest / 60:.0f}")
        return fault("imports", said, _("Look at the log of the worker of the queue imports"))
    return good("imports", _("No upload waits for long"))


def of_sources(count: int) -> Finding:
    if count:
        said = format_lazy(_("Silent or doubted sources of data: {count}"), count=count)
        return note("sources", said, _("Open the data coverage page: it says which, since when, and for which groups"))
    return good("sources", _("No source of data is silent"))


def of_robots(count: int) -> Finding:
    if count:
        said = format_lazy(_("Paused robots: {count}"), count=count)
        return note("robots", said, _("Open the robots page: each says why, and is resumed there"))
    return good("robots", _("No robot is paused"))
