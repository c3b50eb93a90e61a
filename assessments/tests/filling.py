"""Fills the wizard through its pages, as a browser would: the worked example, and changes to it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from uuid import uuid4

from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.choices import choices_for
from assessments.drafts import given_answers, pages_of, save_page
from assessments.forms import PageForm
from assessments.models import Assessment, Verdict
from assessments.rules.path import walk
from assessments.steps import QUESTIONS, STEPS
from groups.models import CostCategory, User

Pages = dict[str, dict[str, Any]]

# The worked example of the specification, page by page. OWNER and CATEGORY stand for rows of the test.
EXAMPLE: Pages = {
    "basics/name": {"name": "Snack club", "group_count": "4", "platform": "wecom"},
    "basics/purpose": {"purpose": "business", "owner": "OWNER"},
    "need/why": {"reasons": ["deals"], "shared_goal": "Together we get the best snacks first"},
    "need/evidence": {"evidence": "asked"},
    "need/alternative": {"alternative": "no"},
    "need/model": {"earns": "selling", "selling_kind": "repurchase"},
    "need/revenue": {
        "sell_members": "2,000",
        "sell_buyers": "8%",
        "sell_value": "¥240",
        "sell_orders": "1",
        "sell_margin": "40",
    },
    "need/costs": {
        "cost_per_join": "6.5",
        "joins_per_month": "500",
        "one_off": "1.2万",
        "weekly_hours": "20",
        "hour_cost": "80",
        "running-0-category": "CATEGORY",
        "running-0-amount": "800",
        "running-1-category": "CATEGORY",
        "running-1-amount": "400",
        "running-1-times": "2",
    },
    "need/scenarios": {},
    "activity/conditions": {"product_traits": ["none"]},
    "activity/kind": {"kind": "transaction", "signal_transaction": "buyers_7", "target": "2"},
    "activity/content": {"content_sources": ["offers"], "content_supply": "over_12"},
    "activity/rhythm": {"posts_per_day": "2", "quiet_from": "21:00", "quiet_to": "09:00", "review": "weekly"},
    "duration/length": {"span": "lasting", "starts_on": "2026-12-01"},
    "duration/mission": {"mission": "Members order without being asked", "lasting_reasons": ["service"]},
    "duration/funnel": {"layer": "course"},
    "duration/exit": {
        "exit_plan": "now",
        "at_risk_after_days": "14",
        "revive_for_days": "14",
        "dissolve_after_days": "14",
        "dissolution_approver": "OWNER",
    },
}


def changed(base: Pages, **pages: dict[str, Any]) -> Pages:
    """The pages with some answers replaced; keys are written need__costs."""
    result = deepcopy(base)
    for name, answers in pages.items():
        result.setdefault(name.replace("__", "/"), {}).update(answers)
    return result


# Three groups for the same hours and a higher order value: no rule speaks.
FAULTLESS = changed(EXAMPLE, basics__name={"group_count": "3"}, need__revenue={"sell_value": "400"})


def make_category() -> CostCategory:
    category, _made = CostCategory.objects.get_or_create(root="operations", name="Prizes and red packets")
    return category


def fill(client: Client, assessment: Assessment, pages: Pages, owner: User) -> None:
    """Post every page; each must be accepted."""
    for name, answers in pages.items():
        answer = client.post(page_address(assessment, name), _named(answers, owner))
        assert answer.status_code == 302, (name, answer.context["form"].errors.as_json())


def prefill(assessment: Assessment, pages: Pages, owner: User) -> None:
    """Save every page through its form without a request: the ground on which a test posts what it is about."""
    for name, answers in pages.items():
        section, page = name.split("/")
        data = QueryDict(mutable=True)
        for key, value in _named(answers, owner).items():
            data.setlist(key, value if isinstance(value, list) else [value])
        others = walk(QUESTIONS, given_answers(pages_of(assessment), leaving_out=(section, page)))
        form = PageForm(STEPS[section, page].page, others, choices_for(assessment, owner), data)
        assert form.is_valid(), (name, form.errors.as_json())
        save_page(
            assessment=assessment,
            section=section,
            page=page,
            typed=form.typed(),
            answers=form.answers(),
            version=0,
            by=owner,
            now=timezone.now(),
        )


def _named(answers: dict[str, Any], owner: User) -> dict[str, Any]:
    named = {"OWNER": str(owner.pk), "CATEGORY": str(make_category().pk)}
    return {key: named.get(value, value) if isinstance(value, str) else value for key, value in answers.items()}


def page_address(assessment: Assessment, name: str) -> str:
    return reverse("assessment-page", args=[assessment.pk, *name.split("/")])


def submit(client: Client, assessment: Assessment) -> Verdict:
    """Tick the declaration and get the verdict."""
    address = reverse("assessment-check", args=[assessment.pk])
    answer = client.post(address, {"declared": "yes", "token": str(uuid4())})
    assert answer.status_code == 302, answer.status_code
    return assessment.verdicts.latest("pk")
