"""How long each kind of data is kept, from the constants that delete it, and how much was deleted of late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups import attempts, orders, registry_import, sessions, tokens
from lifecycle import imports, kept, outbox_drain, undo_records, week_packs
from lifecycle.cases import closing
from lifecycle.rules.week_packs import DAYS
from lifecycle.wecom import callbacks

SUMMED_DAYS = 30
COUNTS_KEPT = timedelta(days=366)

# Zero is a row; a turn that deletes nothing leaves the last one that did.
NOTE = """
    INSERT INTO lifecycle_deletedofday AS d (day, kind, count, last_count, last_at)
    SELECT %(day)s, t.kind, t.count, nullif(t.count, 0), CASE WHEN t.count > 0 THEN %(now)s::timestamptz END
    FROM unnest(%(kinds)s::text[], %(counts)s::int[]) AS t (kind, count)
    ORDER BY t.kind
    ON CONFLICT (day, kind) DO UPDATE SET
        count = d.count + EXCLUDED.count, last_count = EXCLUDED.last_count, last_at = EXCLUDED.last_at
    WHERE EXCLUDED.count > 0
"""
FORGET = "DELETE FROM lifecycle_deletedofday WHERE day < %s"
TOLD = """
    SELECT kind, sum(count) FILTER (WHERE day > %(before)s), min(day), max(last_at),
        (array_agg(last_count ORDER BY last_at DESC NULLS LAST))[1]
    FROM lifecycle_deletedofday GROUP BY kind
"""


@dataclass(frozen=True)
class Kind:
    """A kind of data that ends by itself. `step` is what its deletion is counted as, empty where nobody counts."""

    step: str
    what: str | Promise
    kept: timedelta
    since: str | Promise
    deleted_by: str | Promise


@dataclass(frozen=True)
class Deleted:
    """`lately` in the last SUMMED_DAYS days, None if none was counted; `last_*` None: none since `first_day`."""

    lately: int | None
    first_day: date
    last_at: datetime | None
    last_count: int | None


UPKEEP = _("The upkeep")
ON_THE_WAY = _("Whoever writes the next ones")
AFTER_UPLOAD = _("after the upload")
KINDS = (
    Kind("files deleted", _("Original files of imports and their refused rows, encrypted"), imports.KEPT_FOR,
         AFTER_UPLOAD, UPKEEP),
    Kind("imports dropped", _("Imports that nobody confirmed"), imports.KEPT_FOR, AFTER_UPLOAD, UPKEEP),
    Kind("undo records deleted", _("What an import replaced, so that it can be undone"), undo_records.UNDO_WITHIN,
         _("after it was brought in"), UPKEEP),
    Kind("lists deleted", _("Rows of uploaded lists of groups, encrypted"), registry_import.KEPT_FOR, AFTER_UPLOAD,
         UPKEEP),
    Kind("orders dropped", _("Files of orders that nobody matched or confirmed, encrypted, and their rows"),
         orders.KEPT_FOR, AFTER_UPLOAD, UPKEEP),
    Kind("people forgotten", _("Who acted in dissolved groups whose members were to be forgotten, counted in groups"),
         closing.PEOPLE_KEPT, _("after the group was dissolved"), UPKEEP),
    Kind("sessions deleted", _("Sessions of colleagues, with browser and address"), sessions.LONGEST,
         _("after the last page"), UPKEEP),
    Kind("sign-ins deleted", _("Sign-ins, also failed ones, with user name and address"), sessions.SIGN_INS_KEPT,
         _("after the sign-in"), UPKEEP),
    Kind("answers forgotten", _("Answers of the API under idempotency keys"), tokens.ANSWERS_KEPT,
         _("after the answer"), UPKEEP),
    Kind("callbacks deleted", _("Callbacks of WeCom, with hashes of members"), callbacks.KEPT,
         _("after they were settled"), UPKEEP),
    Kind("messages deleted", _("Messages to the workers"), outbox_drain.KEPT_AFTER_SENDING, _("after they were sent"),
         UPKEEP),
    Kind("packs deleted", _("What nights keep for the next one"), kept.PACKS_KEPT, _("before the newest"), UPKEEP),
    Kind("", _("Activity packed by week for the nights"), timedelta(days=DAYS * week_packs.KEPT_WEEKS),
         _("before the last night"), UPKEEP),
    Kind("", _("Counts of tries of addresses, links and tokens"), attempts.KEPT, _("after the first try"), ON_THE_WAY),
)  # fmt: skip
COUNTED = frozenset(kind.step for kind in KINDS if kind.step)


def note_deleted(counts: Mapping[str, int], *, now: datetime) -> None:
    """Add what a turn deleted, by step, to the counts of its day; a turn of zeros leaves them as they are."""
    today = timezone.localdate(now)
    told = {"day": today, "now": now, "kinds": list(counts), "counts": list(counts.values())}
    with connection.cursor() as cursor:
        cursor.execute(NOTE, told)
        cursor.execute(FORGET, [today - COUNTS_KEPT])


def deleted_of_late(today: date) -> dict[str, Deleted]:
    """By step, what was deleted in the last SUMMED_DAYS days, today among them, and the last time."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD, {"before": today - timedelta(days=SUMMED_DAYS)})
        return {
            step: Deleted(lately, first_day, last_at, last_count)
            for step, lately, first_day, last_at, last_count in cursor.fetchall()
        }
