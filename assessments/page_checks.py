"""What must fit together on one page, asked of values that are right by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments.reading import LIKELY_OF
from assessments.rules.thresholds import Thresholds
from assessments.steps import Page
from assessments.steps.questions import Text


def faults_of(page: Page, values: Mapping[str, Any], limits: Thresholds) -> Iterator[tuple[str, Text]]:
    """(question, sentence) for each fault between the answers of a page; `limits` says how long a life may be."""
    for question in page.questions:
        chosen = values.get(question.key)
        alone = {option.value for option in question.options if option.exclusive}
        if alone and chosen and len(chosen) > 1 and alone & set(chosen):
            yield question.key, question.exclusive_error
    starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
    if starts_on and ends_on:
        if ends_on <= starts_on:
            yield "ends_on", _("End date must be after the start date")
        elif values.get("span") == "flash" and (ends_on - starts_on).days > limits.flash_days:
            yield "ends_on", _("A flash group lasts %(days)s days at most") % {"days": limits.flash_days}
        elif (ends_on - starts_on).days > limits.bounded_days:
            yield "ends_on", _("A bounded group lasts %(days)s days at most") % {"days": limits.bounded_days}
    if "no_running" in values and not values["no_running"] and values.get("running") == []:
        question = next(question for question in page.questions if question.key == "no_running")
        yield "no_running", question.ask
    if values.get("upstream") and values.get("upstream") == values.get("downstream"):
        yield "downstream", _("Members cannot come from and go to the same group")


def ranges_beside(values: Mapping[str, Any], others: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    """(question, sentence) for each range that does not hold the value answered on another page."""
    for key, likely in LIKELY_OF.items():
        ends = values.get(key)
        if (
            ends
            and likely in others
            and not Decimal(ends["low"]) <= Decimal(str(others[likely])) <= Decimal(ends["high"])
        ):
            yield key, _("The range must hold what you entered; change the range, or that answer")
