"""Answers -> verdict: go, conditional or not now, with every reason, its figures and the question that caused it.

Rules, not a score. Any S stops; no S and any C is conditional; more than six conditions stop too (S07).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from assessments.rules.duration import life_days
from assessments.rules.economics_of_a_plan import Costs, Economics, costs_of, economics_of
from assessments.rules.plan_answers import Kind, Layer, Model, PlanAnswers, Purpose, Span, recommended_kind
from assessments.rules.staffing import Staffing, staffing_of
from assessments.rules.thresholds import RULE_VERSION, Thresholds


class Outcome(StrEnum):
    GO = "go"
    CONDITIONAL = "conditional"
    NOT_NOW = "not_now"


class Check(StrEnum):
    NEED = "need"
    MODEL = "model"
    ECONOMICS = "economics"
    STAFFING = "staffing"
    ACTIVITY = "activity"
    DURATION = "duration"


class Status(StrEnum):
    PASS = "pass"  # noqa: S105 - a word, not a password
    ATTENTION = "attention"
    STOP = "stop"


Figure = Decimal | int | str


@dataclass(frozen=True)
class Finding:
    """One rule that spoke: its code, the question behind it and the figures of its sentence."""

    code: str
    check: Check | None  # None: about the verdict as a whole (S07)
    question: str
    figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def stops(self) -> bool:
        return self.code.startswith("S")


@dataclass(frozen=True)
class Result:
    """The verdict and all that it rests on."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    checks: dict[Check, Status]
    economics: Economics | None  # None: not for profit, or no model yet
    costs: Costs
    staffing: Staffing
    life_days: int
    rule_version: int = RULE_VERSION

    @property
    def conditions(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.stops)

    @property
    def stops(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.stops)


def verdict_of(
    answers: PlanAnswers, *, owner_groups: int, thresholds: Thresholds, hours_left: Decimal | None = None
) -> Result:
    """The verdict on a complete set of answers.

    `owner_groups` = groups that the owner already runs; `hours_left` = what the named people have left of a week after
    other groups, None where nobody knows.
    """
    days = life_days(answers, thresholds)
    economics = None
    if answers.revenue is not None and answers.purpose is not Purpose.PASSION:
        economics = economics_of(
            answers.revenue,
            answers.costs,
            pessimistic=answers.pessimistic or thresholds.pessimistic_percent,
            optimistic=answers.optimistic or thresholds.optimistic_percent,
            life_days=days,
        )
    staffing = staffing_of(answers, thresholds)
    findings = [
        *_of_the_need(answers),
        *_of_the_model(answers, thresholds),
        *_of_the_economics(answers, economics),
        *_of_the_staffing(answers, staffing, owner_groups, hours_left, thresholds),
        *_of_the_activity(answers, thresholds),
        *_of_the_duration(answers, economics, days),
    ]
    conditions = [finding for finding in findings if not finding.stops]
    if len(conditions) > thresholds.most_conditions:
        findings.append(Finding("S07", None, conditions[0].question, {"count": len(conditions)}))
    outcome = Outcome.GO
    if conditions:
        outcome = Outcome.CONDITIONAL
    if len(findings) > len(conditions):
        outcome = Outcome.NOT_NOW
    return Result(
        outcome=outcome,
        findings=tuple(findings),
        checks=_statuses(findings, unknown_economics=economics is None and answers.purpose is not Purpose.PASSION),
        economics=economics,
        costs=costs_of(answers.costs),
        staffing=staffing,
        life_days=days,
    )


def _of_the_need(answers: PlanAnswers) -> Iterator[Finding]:
    if "unclear" in answers.reasons:
        yield Finding("S01", Check.NEED, "reasons")
    elif not answers.shared_goal.strip():
        yield Finding("C02", Check.NEED, "shared_goal")
    if answers.evidence in ("others", "none"):
        yield Finding("C03", Check.NEED, "evidence")
    if answers.alternative == "yes" and answers.purpose is not Purpose.PASSION:
        yield Finding("S02", Check.NEED, "alternative")
    if answers.alternative in ("partly", "unsure"):
        yield Finding("C04", Check.NEED, "alternative")


def _of_the_model(answers: PlanAnswers, thresholds: Thresholds) -> Iterator[Finding]:
    if answers.purpose is Purpose.UNCLEAR:
        yield Finding("C01", Check.MODEL, "purpose")
    if answers.model is None and answers.purpose is Purpose.BUSINESS:
        yield Finding("S03", Check.MODEL, "earns")
    if answers.model is Model.SPONSORSHIP:
        if answers.audience_match == "unknown":
            yield Finding("C05", Check.MODEL, "audience_match")
        limit = thresholds.partner_campaigns_per_month
        if (answers.partner_campaigns or 0) > limit:
            yield Finding(
                "C06", Check.MODEL, "partner_campaigns", {"planned": answers.partner_campaigns or 0, "limit": limit}
            )


def _of_the_economics(answers: PlanAnswers, economics: Economics | None) -> Iterator[Finding]:
    if answers.purpose is Purpose.PASSION and answers.budget_cap is not None:
        over = costs_of(answers.costs).total - answers.budget_cap
        if over > 0:
            yield Finding("C07", Check.ECONOMICS, "budget_cap", {"over": over, "cap": answers.budget_cap})
    if economics is None:
        return
    figures: dict[str, Figure] = {"driver": economics.driver}
    if economics.break_even is not None:
        figures["break_even"] = economics.break_even
    if economics.optimistic.net < 0:
        yield Finding("S05", Check.ECONOMICS, "revenue", figures | {"loss": -economics.optimistic.net})
    elif economics.base.net < 0:
        yield Finding("C18", Check.ECONOMICS, "revenue", figures | {"loss": -economics.base.net})
    elif economics.pessimistic.net < 0:
        yield Finding("C17", Check.ECONOMICS, "revenue", figures | {"loss": -economics.pessimistic.net})


def _of_the_staffing(
    answers: PlanAnswers, staffing: Staffing, owner_groups: int, hours_left: Decimal | None, thresholds: Thresholds
) -> Iterator[Finding]:
    figures: dict[str, Figure] = {
        "needed": staffing.needed,
        "available": staffing.available,
        "short": staffing.short,
        "groups_possible": staffing.groups_possible,
    }
    if staffing.share < thresholds.staffing_stop:
        yield Finding("S06", Check.STAFFING, "weekly_hours", figures | {"stop": thresholds.staffing_stop})
    elif staffing.share < thresholds.staffing_full:
        yield Finding("C19", Check.STAFFING, "weekly_hours", figures)
    # Of the hours written down, those that the plan needs; what is missing beyond them is said by S06 and C19.
    counted = min(staffing.available, staffing.needed * thresholds.staffing_full)
    if hours_left is not None and hours_left < counted:
        yield Finding(
            "C20",
            Check.STAFFING,
            "weekly_hours",
            {"left": hours_left, "counted": counted, "missing": counted - hours_left},
        )
    if owner_groups + answers.group_count > thresholds.groups_per_owner:
        yield Finding("C09", Check.STAFFING, "owner", {"has": owner_groups, "limit": thresholds.groups_per_owner})


def _of_the_activity(answers: PlanAnswers, thresholds: Thresholds) -> Iterator[Finding]:
    recommended = recommended_kind(answers.product_traits)
    if answers.kind is not recommended:
        yield Finding("C08", Check.ACTIVITY, "kind", {"wanted": answers.kind.value, "recommended": recommended.value})
    runs_dry = answers.kind is Kind.CONVERSATION and answers.content_supply == "under_4"
    # Members of a group that does not exist yet cannot be its only source.
    if runs_dry or answers.content_sources == {"members"}:
        yield Finding("C10", Check.ACTIVITY, "content_supply" if runs_dry else "content_sources")
    if answers.posts_per_day > thresholds.posts_per_day:
        yield Finding(
            "C11",
            Check.ACTIVITY,
            "posts_per_day",
            {"planned": answers.posts_per_day, "limit": thresholds.posts_per_day},
        )
    if answers.review == "never":
        yield Finding("C12", Check.ACTIVITY, "review")


def _of_the_duration(answers: PlanAnswers, economics: Economics | None, days: int) -> Iterator[Finding]:
    payback = economics.payback_days if economics else None
    if payback is not None and payback > days:
        question = "ends_on" if answers.ends_on else "span"
        yield Finding("C14", Check.DURATION, question, {"payback_days": round(payback), "life_days": days})
    if answers.span is Span.LASTING and "none" in answers.lasting_reasons:
        yield Finding("S04", Check.DURATION, "span")
    if answers.model is Model.FLASH_SALE and answers.span is Span.LASTING:
        yield Finding("C13", Check.DURATION, "span")
    if answers.layer is Layer.MASS and not answers.downstream:
        yield Finding("C15", Check.DURATION, "downstream")
    if answers.exit_plan == "not_yet":
        yield Finding("C16", Check.DURATION, "exit_plan")


def _statuses(findings: list[Finding], *, unknown_economics: bool) -> dict[Check, Status]:
    statuses = dict.fromkeys(Check, Status.PASS)
    if unknown_economics:
        statuses[Check.ECONOMICS] = Status.ATTENTION
    for finding in findings:
        if finding.check is None or statuses[finding.check] is Status.STOP:
            continue
        statuses[finding.check] = Status.STOP if finding.stops else Status.ATTENTION
    return statuses
