"""For how long a plan runs."""

from __future__ import annotations

from datetime import date, timedelta

from assessments.rules.plan_answers import PlanAnswers, Span
from assessments.rules.thresholds import Thresholds

RENEWAL_DAYS = 91  # a lasting group is renewed by the quarter


def life_days(answers: PlanAnswers, thresholds: Thresholds) -> int:
    """Days from start to end; a lasting group is planned over a year."""
    return days_of(answers.span, answers.starts_on, answers.ends_on, thresholds)


def days_of(span: str | None, starts_on: date | None, ends_on: date | None, thresholds: Thresholds) -> int:
    """The same from loose answers, some of which may not be given yet."""
    if span == Span.LASTING:
        return thresholds.lasting_days
    if starts_on and ends_on and ends_on > starts_on:
        return (ends_on - starts_on).days
    return thresholds.flash_days if span in (None, Span.FLASH) else thresholds.lasting_days


def renewal_day(starts_on: date) -> date:
    """When a lasting group is asked for the first time whether it goes on."""
    return starts_on + timedelta(days=RENEWAL_DAYS)
