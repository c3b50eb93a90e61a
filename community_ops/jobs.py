"""What the page of jobs tells: files that workers are at, files that were refused of late, and which ticks are late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community_ops.watching.limits import IMPORT_SECONDS, TICK_SECONDS, UNSENT_SECONDS
from groups import sample_work
from groups.file_words import list_problem
from groups.models import Delivery, OrderImport, RegistryImport, SampleWork
from lifecycle.import_words import file_problem
from lifecycle.models import Import
from lifecycle.night_log import Clockwork

LATE_WORK = timedelta(seconds=IMPORT_SECONDS)  # a file that nobody was done with for so long
LATE_TICK = timedelta(seconds=TICK_SECONDS)
LATE_QUEUE = timedelta(seconds=UNSENT_SECONDS)
REFUSED_DAYS = 7
SHOWN = 50


@dataclass(frozen=True)
class Kind:
    """One sort of files: where its pages are, which of its states a worker is at, and the words for a refusal."""

    model: type[Import] | type[RegistryImport] | type[OrderImport]
    label: str | Promise
    page: str
    at_work: tuple[str, ...]
    problem: Any


KINDS = (
    Kind(
        Import,
        gettext_lazy("Activity"),
        "import-page",
        (Import.State.UPLOADED, Import.State.LOOKING, Import.State.QUEUED, Import.State.RUNNING),
        file_problem,
    ),
    Kind(RegistryImport, gettext_lazy("List of groups"), "registry-import", RegistryImport.AT_WORK, list_problem),
    Kind(OrderImport, gettext_lazy("Orders"), "order-import", OrderImport.AT_WORK, file_problem),
)


@dataclass(frozen=True)
class Job:
    """A file and how far it is. `problem` says why it was refused, and what to do about it."""

    file: Any
    kind: str | Promise
    address: str
    late: bool = False
    problem: str = ""


@dataclass(frozen=True)
class SampleJob:
    """Sample data at work, and whether nobody has been done with them for too long."""

    work: SampleWork
    late: bool


@dataclass(frozen=True)
class Late:
    """Which parts of the clockwork have not answered for longer than they may."""

    nights: bool
    upkeep: bool
    queue: bool

    @property
    def any(self) -> bool:
        return self.nights or self.upkeep or self.queue


def at_work(now: datetime) -> list[Job]:
    """Files that wait for a worker or that one is at, the oldest first. A query for each kind."""
    return [
        Job(file, kind.label, reverse(kind.page, args=[file.pk]), late=_asked_at(file) < now - LATE_WORK)
        for kind, file in _files(lambda rows, kind: rows.filter(state__in=kind.at_work).order_by("pk"))
    ]


def sample_at_work(now: datetime) -> SampleJob | None:
    """Sample data that are being loaded or taken off."""
    work = sample_work.last()
    if work is None or work.state != SampleWork.State.AT_WORK:
        return None
    return SampleJob(work, late=work.made_at < now - LATE_WORK)


def refused_of_late(now: datetime) -> list[Job]:
    """Files that could not be read in the last days, the newest first."""
    since = now - timedelta(days=REFUSED_DAYS)
    found = _files(lambda rows, _kind: rows.filter(state="refused", uploaded_at__gte=since).order_by("-pk"))
    return [
        Job(
            file,
            kind.label,
            reverse(kind.page, args=[file.pk]),
            problem=str(kind.problem(file.refusal_code, file.refusal_figures)) if file.refusal_code else "",
        )
        for kind, file in sorted(found, key=lambda pair: pair[1].uploaded_at, reverse=True)
    ]


def messages_out() -> dict[str, int]:
    """Mails and messages of robots that wait."""
    waiting = Delivery.objects.filter(state=Delivery.State.TODO)
    return {"waiting": waiting.count(), "tried": waiting.filter(attempts__gt=0).count()}


def late_parts(clockwork: Clockwork, now: datetime) -> Late:
    """A tick that was never heard is late too, once something should have rung since the installation."""

    def is_late(at: datetime | None) -> bool:
        last = at or clockwork.set_up_at
        return last is None or last < now - LATE_TICK

    oldest = clockwork.oldest_unsent_at
    return Late(
        nights=is_late(clockwork.nights_ticked_at),
        upkeep=is_late(clockwork.upkeep_ticked_at),
        queue=oldest is not None and oldest < now - LATE_QUEUE,
    )


def sentence_of(late: Late) -> str:
    """What is late, and what to do about it."""
    if not late.any:
        return _("Beat rings, workers answer, nothing waits too long.")
    return _(
        "Something is late: workers or beat may have stopped. Look whether they run (workers_answer on each machine)"
        " and start them again; nothing is lost, what waits goes on."
    )


def _files(chosen: Any) -> Iterable[tuple[Kind, Any]]:
    for kind in KINDS:
        rows: QuerySet = kind.model.objects.select_related("team", "uploaded_by").defer(*_large(kind.model))
        for file in chosen(rows, kind)[:SHOWN]:
            yield kind, file


def _large(model: Any) -> list[str]:
    """Columns that hold whole files or their previews."""
    held = {field.name for field in model._meta.concrete_fields}
    return sorted(held & {"sealed", "rows", "preview", "refusals", "coverage", "group_choices", "choice"})


def _asked_at(file: Any) -> datetime:
    """Since when it waits: a person decided, else it was uploaded."""
    return getattr(file, "decided_at", None) or file.uploaded_at
