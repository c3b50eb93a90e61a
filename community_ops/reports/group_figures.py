"""One group on a page as plain values: where it stands and why, what it earns, what was promised, how cases ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from assessments.report.printable import masked
from community_ops import review_figures
from community_ops.group_profile import profile_of_plan
from community_ops.group_series import DAYS_OF_HALF_A_YEAR, scores
from groups import economics
from groups.models import Group, Plan, ReportKind
from lifecycle.models import Case, Flag, Standing
from lifecycle.rules.profiles import Profile

MONTHS_SHOWN = 4  # the running one and three whole ones
CASES_SHOWN = 5


def figures_of(group: Group, *, today: date, now: datetime, by: str) -> dict[str, Any]:
    """All of the page in JSON values; None = unknown. Names of people are masked."""
    plan = Plan.objects.filter(group=group, superseded_at=None).first()
    standing = Standing.objects.filter(group=group).first()
    last = standing.day if standing else today - timedelta(days=1)
    evidence = standing.evidence if standing else {}
    months = economics.profit_and_loss([group.pk], today, MONTHS_SHOWN)[group.pk]
    cases = Case.objects.filter(group=group).order_by("-opened_on", "-pk")[:CASES_SHOWN]
    return {
        "kind": ReportKind.GROUP.value,
        "group": group.name,
        "team": group.team.name,
        "owner": masked(group.owner.display_name or group.owner.get_username()),
        "platform": group.platform,
        "layer": group.layer,
        "opened": group.opened_on.isoformat(),
        "closed": group.closed_on.isoformat() if group.closed_on else None,
        "goal_met": group.goal_met_on.isoformat() if group.goal_met_on else None,
        "plan": _plan(plan),
        "judged": standing.day.isoformat() if standing else None,
        "state": standing.state if standing else None,
        "evidence": evidence,
        "answers": profile_of_plan(plan, group) is Profile.SERVICE,  # so that its losses read as those of such a group
        "flags": [
            {"cause": flag.cause, "evidence": flag.evidence}
            for flag in Flag.objects.filter(group=group, lowered_on=None).order_by("-raised_on", "-pk")
        ],
        "members": _known(standing and standing.members),
        "acts_7": _known(standing and standing.acts_7),
        "people_28": _known(standing and standing.people_28),
        "scores": [[day.isoformat(), score] for day, score in scores(group.pk, last, DAYS_OF_HALF_A_YEAR)],
        "months": [
            {
                "month": f"{month.month:%Y-%m}",
                **{name: None if month.is_empty else str(getattr(month, name)) for name in ("revenue", "net")},
                "costs": None if month.is_empty else str(month.revenue - month.net),
                "at_most": not month.goods_cost_is_known,
            }
            for month in reversed(months)
        ],
        "promises": review_figures.of_group(group, plan, today),
        "cases": [
            {
                "number": case.number,
                "cause": case.cause,
                "state": case.state,
                "remedy": case.remedy,
                "opened": case.opened_on.isoformat(),
                "ended": case.ended_on.isoformat() if case.ended_on else None,
            }
            for case in cases
        ],
        "by": masked(by),
        "made_at": timezone.localtime(now).isoformat(timespec="minutes"),
    }


def _plan(plan: Plan | None) -> dict[str, Any] | None:
    if plan is None:
        return None
    return {
        "model": plan.monetization,
        "activity": plan.activity_kind,
        "lifespan": plan.lifespan,
        "starts": plan.starts_on.isoformat(),
        "ends": plan.ends_on.isoformat() if plan.ends_on else None,
        "mission": plan.mission,
    }


def _known(value: int | None) -> int | None:
    return None if value is None or value < 0 else value
