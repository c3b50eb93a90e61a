"""Registers a group from a verdict: the plan is a copy of what was decided, per group."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet

from assessments.model_inputs import model_inputs
from assessments.models import Assessment, Registration, Verdict
from assessments.reading import model_of
from assessments.rules.duration import renewal_day
from assessments.rules.economics_of_a_plan import FEN
from assessments.rules.plan_answers import Model, recommended_kind
from groups.access import team_roles
from groups.models import Group, User
from groups.registration import edit_group, register_group
from groups.rules.plan_terms import PlanTerms

MOST_AT_ONCE = 50
REVIEW_DAYS = {"weekly": 7, "fortnightly": 14, "monthly": 30}


class NotAllowed(Exception):
    """The verdict is "not now" and no exception was granted. Nothing was written."""


def may_register(verdict: Verdict) -> bool:
    """Whether a group may be made from this verdict."""
    return verdict.outcome != Verdict.Outcome.NOT_NOW or verdict.overrides.filter(granted=True).exists()


def groups_made(assessment: Assessment) -> QuerySet[Registration]:
    """Of all verdicts on the plan: a group of an earlier one is one of those that were planned, too."""
    return Registration.objects.filter(verdict__assessment=assessment).select_related("group").order_by("pk")


@transaction.atomic
def register_several(
    *, verdict: Verdict, token: UUID, name: str, count: int, owner: User, opened_on: date, by: User, now: datetime
) -> list[Group]:
    """All or none of `count` groups, numbered on from those that there are. The same token again gives the same groups.

    One alone has the name as it is; several are never more than the plan has left. Raises NotAllowed.
    """
    locked = Verdict.objects.select_for_update().get(pk=verdict.pk)
    tokens = [token, *(uuid5(token, str(place)) for place in range(1, count))]
    before = groups_made(locked.assessment).exclude(token__in=tokens).count()
    tokens = tokens[: max(verdict.answers["group_count"] - before, 1)]
    return [
        register_from_verdict(
            verdict=verdict,
            token=each,
            name=name if count == 1 else f"{name} {before + place}",
            owner=owner,
            opened_on=opened_on,
            by=by,
            now=now,
        )
        for place, each in enumerate(tokens, start=1)
    ]


@transaction.atomic
def register_from_verdict(
    *, verdict: Verdict, token: UUID, name: str, owner: User, opened_on: date, by: User, now: datetime
) -> Group:
    """One group with the plan of the verdict. The same token again gives the same group. Raises NotAllowed."""
    locked = Verdict.objects.select_for_update().get(pk=verdict.pk)
    known = Registration.objects.filter(token=token, verdict=locked).select_related("group").first()
    if known:
        return known.group
    if not may_register(locked):
        raise NotAllowed
    answers = locked.answers
    upstream = Group.objects.running().filter(team_id=locked.team_id, pk=answers.get("upstream")).first()
    group = register_group(
        team=locked.team,
        name=name,
        platform=answers["platform"],
        owner=owner,
        opened_on=opened_on,
        plan=_without_who_left(terms_from(locked), locked.team_id),
        inputs=model_inputs(answers),
        layer=answers["layer"],
        upstream=upstream,
        theme=answers.get("shared_goal", "")[:120],
        notes=answers.get("platform_other", ""),
        by=by,
        now=now,
    )
    Registration.objects.create(
        verdict=locked, team_id=locked.team_id, group=group, token=token, created_at=now, created_by=by
    )
    _lead_on(group, answers.get("downstream"), by=by, now=now)
    return group


def _without_who_left(terms: PlanTerms, team_id: int) -> PlanTerms:
    """The terms without an approver who left the team since the verdict: its managers decide."""
    approver = User.objects.filter(pk=terms.dissolution_approver_id).first()
    there = approver is not None and team_id in team_roles(approver)
    return terms if there else replace(terms, dissolution_approver_id=None)


def _lead_on(group: Group, downstream: int | None, *, by: User, now: datetime) -> None:
    """Let the group that people go to next say where they come from, unless it says so already."""
    below = (
        Group.objects.running().filter(team_id=group.team_id, pk=downstream, upstream=None).exclude(pk=group.pk).first()
    )
    if below:
        edit_group(group=below, version=below.version, values={"upstream_id": group.pk}, by=by, now=now)


def terms_from(verdict: Verdict) -> PlanTerms:
    """The terms of one of the planned groups: amounts and hours are divided by their number."""
    answers = verdict.answers
    groups = Decimal(answers["group_count"])
    economics = verdict.figures["economics"]
    base = economics["base"] if economics else None
    traits = frozenset(answers["product_traits"])
    kind = recommended_kind(traits).value if answers["kind"] == "recommend" else answers["kind"]
    signal = answers.get(f"signal_{kind}", "")
    target = answers.get("target_posts") if signal == "member_posts_7" else answers.get("target")
    starts_on = date.fromisoformat(answers["starts_on"])
    lasting = answers["span"] == "lasting"
    monthly = economics and economics["driver"] == "buyers" and answers.get("selling_kind") != "flash_sale"

    def each(amount: str | None) -> Decimal | None:
        return None if amount is None else (Decimal(amount) / groups).quantize(FEN, rounding=ROUND_HALF_UP)

    return PlanTerms(
        monetization=(model_of(answers) or Model.NONE).value,
        activity_kind=kind,
        signal=signal,
        signal_target=None if target is None else Decimal(target),
        lifespan=answers["span"],
        starts_on=starts_on,
        ends_on=None if lasting else date.fromisoformat(answers["ends_on"]),
        renewal_on=renewal_day(starts_on) if lasting else None,
        mission=answers["mission"],
        weekly_hours=each(answers["weekly_hours"]),
        max_posts_per_day=answers["posts_per_day"],
        quiet_from=time.fromisoformat(answers["quiet_from"]),
        quiet_to=time.fromisoformat(answers["quiet_to"]),
        placements_per_month=answers.get("partner_campaigns"),
        review_every_days=REVIEW_DAYS.get(answers["review"]),
        at_risk_after_days=answers.get("at_risk_after_days"),
        revive_for_days=answers.get("revive_for_days"),
        dissolve_after_days=answers.get("dissolve_after_days"),
        dissolution_approver_id=answers.get("dissolution_approver"),
        planned_revenue=each(base["revenue"]) if base else None,
        planned_cost=each(verdict.figures["costs"]["total"]),
        planned_net=each(base["net"]) if base else None,
        planned_conversion=Decimal(economics["driver_value"]) / 100 if monthly else None,
        promotion_percent=Decimal(answers["promotion"]) if "promotion" in answers else None,
    )
