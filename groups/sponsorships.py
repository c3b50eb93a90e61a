"""Writes partners and their placements; what was paid stands in the ledger of the group, and is taken back there."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from groups import audit, ledger
from groups.models import Group, LedgerLine, Partner, Placement, Plan, RevenueModel, Team, User
from groups.rules.placements import amount_of, is_over_cap, may_follow, month_of


class MonthIsFull(ValueError):
    """One more placement is above the cap of the month; it needs a reason. Nothing was written."""

    def __init__(self, placements: int, cap: int) -> None:
        super().__init__(f"{placements} of {cap}")
        self.placements, self.cap = placements, cap


class OtherTeam(ValueError):
    """The partner is one of another team than the group."""


class NotNow(ValueError):
    """The step does not follow the state in which the placement stands. Nothing was written."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class ResultsMissing(ValueError):
    """What is paid per result is not done without the number of results."""


class DayToCome(ValueError):
    """A placement is not done before its day."""


@transaction.atomic
def add_partner(*, team: Team, name: str, audience: str = "", by: User | None, now: datetime) -> Partner:
    """Add a partner of the team. IntegrityError if a live one has the name."""
    partner = Partner.objects.create(team=team, name=name, audience=audience, created_at=now, created_by=by)
    audit.record(verb="partner added", thing=partner, by=by, now=now, after={"name": name, "audience": audience})
    return partner


@transaction.atomic
def change_partner(*, partner: Partner, name: str, audience: str, by: User | None, now: datetime) -> Partner:
    """Another name or audience; the same again writes nothing. IntegrityError if a live one has the name."""
    stands = Partner.objects.select_for_update().get(pk=partner.pk)
    before = {"name": stands.name, "audience": stands.audience}
    after = {"name": name, "audience": audience}
    if before != after:
        stands.name, stands.audience = name, audience
        stands.save(update_fields=["name", "audience"])
        audit.record(verb="partner changed", thing=stands, by=by, now=now, before=before, after=after)
    return stands


@transaction.atomic
def archive_partner(*, partner: Partner, by: User | None, now: datetime) -> bool:
    """Take a partner out of use; its placements stay. False if it was before."""
    if not Partner.objects.filter(pk=partner.pk, archived_at=None).update(archived_at=now):
        return False
    audit.record(verb="partner archived", thing=partner, by=by, now=now)
    return True


@transaction.atomic
def plan_placement(
    *,
    group: Group,
    partner: Partner,
    on: date,
    paid_by: str,
    price: Decimal,
    note: str = "",
    over_cap_reason: str = "",
    token: UUID,
    by: User | None,
    now: datetime,
) -> Placement:
    """Put a placement on the calendar. Above the cap of the month it needs a reason, which is kept with it.

    The same token again returns the placement that stands. Raises MonthIsFull or OtherTeam.
    """
    locked = Group.objects.select_for_update().get(pk=group.pk)
    if known := Placement.objects.filter(token=token, group=locked).first():
        return known
    if partner.team_id != locked.team_id:
        raise OtherTeam(str(partner.pk))
    cap, placements = cap_of(locked, on), placements_in_month(locked, on)
    over = is_over_cap(placements, cap)
    if over and not over_cap_reason:
        raise MonthIsFull(placements, cap or 0)
    placement = Placement.objects.create(
        team_id=locked.team_id,
        partner=partner,
        group=locked,
        on=on,
        paid_by=paid_by,
        price=price,
        note=note,
        over_cap_reason=over_cap_reason if over else "",
        token=token,
        made_at=now,
        made_by=by,
    )
    told = _told(placement) | ({"placements_before": placements, "cap": cap} if over else {})
    audit.record(verb="placement planned", thing=locked, by=by, now=now, after=told, reason=placement.over_cap_reason)
    return placement


@transaction.atomic
def mark_done(*, placement: Placement, results: int | None = None, by: User | None, now: datetime) -> Placement:
    """Members have seen it. What is paid per result needs the number. Twice is once."""
    stands = _locked(placement)
    if stands.state == Placement.State.DONE:
        return stands
    _check(stands, Placement.State.DONE)
    if stands.on > timezone.localdate(now):
        raise DayToCome(stands.on)
    if stands.paid_by == Placement.PaidBy.RESULT:
        if results is None:
            raise ResultsMissing(str(stands.pk))
        stands.results = results
    stands.state = Placement.State.DONE
    stands.save(update_fields=["state", "results"])
    audit.record(verb="placement done", thing=stands.group, by=by, now=now, after=_told(stands))
    return stands


@transaction.atomic
def mark_paid(*, placement: Placement, by: User | None, now: datetime) -> Placement:
    """The partner paid: revenue of the group on the day of the placement. Twice enters one line."""
    stands = _locked(placement)
    if stands.state == Placement.State.PAID:
        return stands
    _check(stands, Placement.State.PAID)
    stands.line = ledger.enter_line(
        group=stands.group,
        kind=LedgerLine.Kind.REVENUE,
        on=stands.on,
        amount=amount_of(stands.paid_by, stands.price, stands.results),
        goods_cost=Decimal("0.00"),
        note=stands.partner.name,
        token=uuid5(stands.token, "revenue"),
        by=by,
        now=now,
    )
    stands.state = Placement.State.PAID
    stands.save(update_fields=["state", "line"])
    audit.record(verb="placement paid", thing=stands.group, by=by, now=now, after=_told(stands))
    return stands


@transaction.atomic
def cancel(*, placement: Placement, reason: str, by: User | None, now: datetime) -> Placement:
    """Call a placement off; what was paid is taken back in the ledger. Twice is once."""
    stands = _locked(placement)
    if stands.state == Placement.State.CANCELLED:
        return stands
    before = _told(stands)
    if stands.line:
        ledger.reverse_line(line=stands.line, reason=reason or stands.partner.name, by=by, now=now)
    stands.state = Placement.State.CANCELLED
    stands.save(update_fields=["state"])
    audit.record(
        verb="placement cancelled",
        thing=stands.group,
        by=by,
        now=now,
        before=before,
        after=_told(stands),
        reason=reason,
    )
    return stands


def cap_of(group: Group, on: date) -> int | None:
    """Placements that were agreed for the month of a day: by the sponsorship model of that day, else by the plan."""
    models = RevenueModel.objects.on(on).filter(group=group, kind="sponsorship").values_list("inputs", flat=True)
    caps = [inputs["cap"] for inputs in models if "cap" in inputs]
    if caps:
        return int(caps[0])
    plan = Plan.objects.filter(group=group, superseded_at=None).values_list("placements_per_month", flat=True)
    return plan.first()


def placements_in_month(group: Group, on: date) -> int:
    """Placements of the month of a day that were not cancelled."""
    return Placement.objects.standing().filter(group=group, on__range=month_of(on)).count()


def _locked(placement: Placement) -> Placement:
    """The row as it stands once it is locked. Not joined to its line: a join would still show the line of before."""
    return Placement.objects.select_for_update().get(pk=placement.pk)


def _check(placement: Placement, after: str) -> None:
    if not may_follow(placement.state, after):
        raise NotNow(placement.state)


def _told(placement: Placement) -> dict[str, object]:
    return {
        "placement": placement.pk,
        "partner": placement.partner_id,
        "on": placement.on.isoformat(),
        "state": placement.state,
        "price": str(placement.price),
        "results": placement.results,
    }
