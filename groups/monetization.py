"""Changes how a group earns from a date: another main model, one beside it, or the end of one beside it.

The plan follows in the same transaction: Plan.monetization is the kind of the main model that holds today.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from groups import audit, model_rows, registration
from groups.models import Group, Plan, RevenueModel, User
from groups.rules.monetization.inputs import Inputs


class MainChangedMeanwhile(Exception):
    """Somebody changed the main model after the form was opened. Nothing was written. `stands` is the one now."""

    def __init__(self, stands: RevenueModel | None) -> None:
        super().__init__(str(stands and stands.pk))
        self.stands = stands


class IsTheMain(ValueError):
    """A model beside the main one may not be of the kind of the main one on any of its days."""


class DayOutside(ValueError):
    """A main model begins between the day that the group opened on and today; one beside it not before that day."""


class MainHasNoEnd(ValueError):
    """The main model is not ended: another takes its place."""


@transaction.atomic
def change_main(
    *,
    group: Group,
    inputs: Inputs,
    from_on: date,
    expects: int | None,
    reason: str = "",
    token: UUID | None = None,
    by: User | None,
    now: datetime,
) -> RevenueModel:
    """Make this the main model from a day on. `expects` is the id of the one that the form was opened over.

    The same token again returns the row that stands. Raises MainChangedMeanwhile or DayOutside.
    """
    locked = Group.objects.select_for_update().get(pk=group.pk)
    if known := _known(token):
        return known
    main = main_of(locked)
    if (main and main.pk) != expects:
        raise MainChangedMeanwhile(main)
    first = RevenueModel.objects.live().filter(group=locked, is_main=True).order_by("from_on").first()
    earliest = min(locked.opened_on, first.from_on) if first else locked.opened_on
    if not earliest <= from_on <= max(timezone.localdate(now), earliest):
        raise DayOutside(from_on)
    row = model_rows.put(
        group=locked, inputs=inputs, is_main=True, from_on=from_on, until_on=None,
        reason=reason, token=token, by=by, now=now,
    )  # fmt: skip
    plan = Plan.objects.filter(group=locked, superseded_at=None).first()
    if plan and plan.monetization != inputs.KIND:
        terms = replace(registration.terms_of(plan), monetization=inputs.KIND)
        registration.amend_plan(group=locked, terms=terms, by=by, now=now, reason=reason)
    return row


@transaction.atomic
def put_beside(
    *,
    group: Group,
    inputs: Inputs,
    from_on: date,
    until_on: date | None = None,
    reason: str = "",
    token: UUID | None = None,
    by: User | None,
    now: datetime,
) -> RevenueModel:
    """Let the group earn by a second model too. Raises IsTheMain or DayOutside."""
    locked = Group.objects.select_for_update().get(pk=group.pk)
    if known := _known(token):
        return known
    if from_on < locked.opened_on:
        raise DayOutside(from_on)
    mains = RevenueModel.objects.live().filter(group=locked, is_main=True, kind=inputs.KIND)
    for main in mains:
        if (until_on is None or main.from_on < until_on) and (main.until_on is None or main.until_on > from_on):
            raise IsTheMain(inputs.KIND)
    return model_rows.put(
        group=locked, inputs=inputs, is_main=False, from_on=from_on, until_on=until_on,
        reason=reason, token=token, by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def end_beside(*, row: RevenueModel, on: date, by: User | None, now: datetime) -> bool:
    """End a model beside the main one on a day; one that had not begun is withdrawn. False if it had ended by then."""
    Group.objects.select_for_update().get(pk=row.group_id)
    stands = RevenueModel.objects.live().select_related("group").filter(pk=row.pk).first()
    if stands is None or (stands.until_on is not None and stands.until_on <= on):
        return False
    if stands.is_main:
        raise MainHasNoEnd(stands.pk)
    if on > stands.from_on:
        stands.until_on = on
    else:
        stands.withdrawn_at = now
    stands.save(update_fields=["until_on", "withdrawn_at"])
    audit.record(verb="revenue model ended", thing=stands.group, by=by, now=now, after=model_rows.told(stands))
    return True


def main_of(group: Group) -> RevenueModel | None:
    """The main model that holds until further notice."""
    return RevenueModel.objects.live().filter(group=group, is_main=True, until_on=None).first()


def _known(token: UUID | None) -> RevenueModel | None:
    return RevenueModel.objects.filter(token=token).first() if token else None
