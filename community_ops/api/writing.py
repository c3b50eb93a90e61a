"""Carries out what a batch asks for: checks between rows, then one call of the writer that imports use as well."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from django.utils import timezone

from community_ops.api.errors import Field, refused
from community_ops.api.schemas import DayRow, Days, Events, Orders, OrderTold
from groups import orders
from groups.attribution import key_of_phone
from groups.models import Group, Team
from groups.rules.order_rows import OrderRow, without_phones
from groups.sheets.refusal import FileRefused
from groups.tokens import Bearer
from lifecycle import member_events, pushes
from lifecycle.rules.counts import COUNTS
from lifecycle.sources.order_sheet import PHONE

# A part cannot exceed its whole.
WITHIN = (
    ("speakers", "messages"),
    ("ads", "messages"),
    ("filler", "messages"),
    ("incentivised", "messages"),
    ("answered", "questions"),
    ("buyers", "orders"),
)


def write_days(bearer: Bearer, team: Team, batch: Days, content: bytes) -> dict[str, Any]:
    """Daily figures; groups that are new are registered, as by a file."""
    problems = [problem for number, row in enumerate(batch.rows, 1) for problem in _day_problems(number, row)]
    problems += _twice(batch.rows, lambda row: (row.platform, row.group, row.date), "date")
    if problems:
        raise refused(problems)
    rows = [pushes.DayTold(row.group, row.name, row.platform or "", row.date, _counts(row)) for row in batch.rows]
    now = timezone.now()
    try:
        upload, outcome = pushes.take_days(
            team=team,
            system=bearer.token.name,
            rows=rows,
            content=content,
            person=bearer.token.person,
            now=now,
            today=timezone.localdate(now),
        )
    except FileRefused as unclear:
        key = unclear.figures.get("group", "")
        places = [number for number, row in enumerate(batch.rows, 1) if row.group == key]
        raise refused([Field("platform", "which_platform", number) for number in places]) from unclear
    return {
        "groups": outcome.groups_seen,
        "groups_registered": outcome.groups_made,
        "rows_new": outcome.rows_new,
        "rows_changed": outcome.rows_changed,
        "rows_unchanged": outcome.rows_unchanged,
        "import_id": upload.pk,
    }


def _counts(row: DayRow) -> dict[str, int]:
    said = {name: row.revenue if name == "revenue_cents" else getattr(row, name) for name in COUNTS}
    return {name: value for name, value in said.items() if value is not None}


def _day_problems(number: int, row: DayRow) -> Iterable[Field]:
    counts = _counts(row)
    if not counts:
        yield Field("", "no_counts", number)
    for part, whole in WITHIN:
        if part in counts and whole in counts and counts[part] > counts[whole]:
            yield Field(part, "more_than_whole", number, counts[part])


def write_orders(bearer: Bearer, team: Team, batch: Orders) -> dict[str, Any]:
    """Orders; a phone number becomes a keyed hash here, and nothing else of the buyer is taken."""
    problems = [problem for number, row in enumerate(batch.rows, 1) for problem in _order_problems(number, row)]
    problems += _twice(batch.rows, lambda row: row.number, "number")
    if problems:
        raise refused(problems)
    upload, outcome = orders.bring_in(
        team=team,
        shop=batch.shop,
        system=bearer.token.name,
        rows=[_order(row) for row in batch.rows],
        by=bearer.token.person,
        now=timezone.now(),
    )
    told = ("orders_new", "orders_known", "told_otherwise", "refunds_new", "attributed", "unattributed")
    amounts = {"amount": outcome.amount, "refunded": outcome.refunded}
    return {name: getattr(outcome, name) for name in told} | amounts | {"import_id": upload.pk}


def _order_problems(number: int, row: OrderTold) -> Iterable[Field]:
    if (row.refund or 0) > row.amount:
        yield Field("refund", "refund_too_large", number, f"{(row.refund or 0) / 100:.2f}")


def _order(row: OrderTold) -> OrderRow:
    phone = PHONE.fullmatch(row.phone.replace(" ", "").replace("-", ""))
    words = {name: without_phones(getattr(row, name)) for name in ("coupon", "distributor", "shop_point", "group_key")}
    return OrderRow(
        row.number,
        row.paid_on,
        row.amount,
        row.refund or 0,
        buyer_key=key_of_phone(phone[1]) if phone else "",
        **words,
    )


def write_events(bearer: Bearer, team: Team, batch: Events) -> dict[str, Any]:
    """Joins and leaves of groups that are registered."""
    ids = _group_ids(team, {row.group for row in batch.rows})
    problems, told = [], []
    for number, row in enumerate(batch.rows, 1):
        here = ids.get(row.group, {})
        pk = here.get(row.platform) if row.platform else next(iter(here.values()), None)
        if pk is None:
            problems.append(Field("group", "unknown_group", number, row.group))
        elif not row.platform and len(here) > 1:
            problems.append(Field("platform", "which_platform", number))
        else:
            kind = member_events.JOIN if row.kind == "join" else member_events.LEAVE
            told.append(member_events.EventTold(pk, kind, row.member, row.at))
    if problems:
        raise refused(problems)
    done = member_events.record_events(
        team=team, system=bearer.token.name, events=told, person=bearer.token.person, now=timezone.now()
    )
    return {"events_new": done.new, "events_known": done.known, "days_changed": done.days_changed}


def _group_ids(team: Team, keys: set[str]) -> dict[str, dict[str, int]]:
    """The ids of registered groups by key and platform."""
    found: dict[str, dict[str, int]] = {}
    groups = Group.objects.filter(team=team, archived_at=None, external_id__in=keys)
    for pk, platform, key in groups.values_list("pk", "platform", "external_id"):
        found.setdefault(key, {})[platform] = pk
    return found


def _twice(rows: Sequence[Any], what: Callable[[Any], Hashable], field: str) -> list[Field]:
    seen: set[Hashable] = set()
    found = []
    for number, row in enumerate(rows, 1):
        if (key := what(row)) in seen:
            found.append(Field(field, "said_twice", number, getattr(row, field)))
        seen.add(key)
    return found
