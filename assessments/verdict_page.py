"""A stored verdict as its page shows it: headline, checks with the answers behind them, tasks, what would turn it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from assessments.answer_texts import option_label
from assessments.capacity import capacity_sentence
from assessments.cash_curve import cash_curve
from assessments.how_sure import how_sure
from assessments.models import Condition, Verdict
from assessments.reading import model_of
from assessments.rules.plan_answers import Model, recommended_kind
from assessments.rules.verdict import Check, Status
from assessments.sentences import change_sentence, finding_sentence, number_text, task_sentence
from assessments.steps import STEP_OF
from groups.currency import money_text
from groups.models.group import ActivityKind, Monetization

CHECKS = {
    Check.NEED: (pgettext_lazy("check", "Need"), "reasons"),
    Check.MODEL: (pgettext_lazy("check", "Model"), "earns"),
    Check.ECONOMICS: (pgettext_lazy("check", "Economics"), "cost_per_join"),
    Check.STAFFING: (pgettext_lazy("check", "Staffing"), "weekly_hours"),
    Check.ACTIVITY: (pgettext_lazy("check", "Activity"), "kind"),
    Check.DURATION: (pgettext_lazy("check", "Duration"), "span"),
}
STATUS = {
    Status.PASS: (gettext_lazy("Pass"), "healthy"),
    Status.ATTENTION: (gettext_lazy("Attention"), "watch"),
    Status.STOP: (gettext_lazy("Stop"), "dead"),
}
TOP_CONDITIONS = 3


def page_of_question(pk: int, key: str, *, back_to_check: bool = False) -> str:
    """The address of the page that asks a question; from there on, or back to the check."""
    step = STEP_OF[key]
    anchor = key if key in step.keys else step.page.questions[0].key
    back = "?return=check" if back_to_check else ""
    return reverse("assessment-page", args=[pk, step.section.slug, step.page.slug]) + back + f"#question-{anchor}"


def headline(verdict: Verdict) -> str:
    """The verdict in two or three sentences with its main figures."""
    parts = []
    economics, staffing = verdict.figures["economics"], verdict.figures["staffing"]
    if economics:
        parts.append(_earnings(economics))
    share = int(Decimal(staffing["share"]) * 100)
    if share < 100:
        parts.append(_("People cover %(share)s%% of the hours needed.") % {"share": share})
    conditions = sum(1 for finding in verdict.findings if finding["code"].startswith("C"))
    if verdict.outcome == Verdict.Outcome.CONDITIONAL:
        parts.append(
            ngettext(
                "Meet %(count)s condition and it can be built.",
                "Meet %(count)s conditions and it can be built.",
                conditions,
            )
            % {"count": conditions}
        )
    elif verdict.outcome == Verdict.Outcome.GO:
        parts.append(_("All six checks pass."))
    else:
        parts.append(_("Something else will serve these people better for now."))
    return " ".join(parts)


def checks_of(verdict: Verdict) -> list[dict[str, Any]]:
    """The six checks: word, status, what the rules said with the page behind each, else a fact and its page."""
    entries = []
    for check, (label, question) in CHECKS.items():
        status = Status(verdict.checks[check.value])
        word, look = STATUS[status]
        said = [_finding(verdict, finding) for finding in verdict.findings if finding["check"] == check.value]
        if check is Check.MODEL and verdict.answers["purpose"] == "passion":
            question = "purpose"
        fact = {"sentence": _fact(verdict, check), "address": page_of_question(verdict.assessment_id, question)}
        entries.append(
            {
                "label": label,
                "word": word,
                "look": look,
                "status": status.value,
                "said": said or [fact],
                # What the rules said of the hours holds the same figures.
                "shows_fact": bool(said) and check is not Check.STAFFING,
                "fact": fact,
                "is_staffing": check is Check.STAFFING,
            }
        )
    return entries


def overall(verdict: Verdict) -> list[dict[str, Any]]:
    """What the rules said about the verdict as a whole."""
    return [_finding(verdict, finding) for finding in verdict.findings if finding["check"] is None]


def tasks_of(verdict: Verdict, conditions: list[Condition]) -> list[dict[str, Any]]:
    """The conditions in their order with their sentences; the first three where there are too many."""
    figures = {finding["code"]: finding for finding in verdict.findings}
    return [
        {
            "condition": condition,
            "sentence": task_sentence(condition.code, figures[condition.code]["figures"]),
            "address": page_of_question(verdict.assessment_id, figures[condition.code]["question"]),
            "first": condition.place <= TOP_CONDITIONS,
        }
        for condition in conditions
    ]


def met_sentence(conditions: Sequence[Condition]) -> str:
    """How many of the conditions are met, in words."""
    count = len(conditions)
    met = sum(condition.state == Condition.State.DONE for condition in conditions)
    return ngettext("%(met)s of %(count)s condition is met.", "%(met)s of %(count)s conditions are met.", count) % {
        "met": met,
        "count": count,
    }


def changes_of(verdict: Verdict) -> dict[str, list[str]]:
    """Phrases of what would make it a go, and what a not now."""
    return {
        name: [change_sentence(change["code"], change["figures"]) for change in verdict.figures[name]]
        for name in ("to_go", "to_not_now")
    }


def capacity(figures: Mapping[str, Any]) -> tuple[str, bool] | None:
    """What the named people have left, and whether that is enough; verdicts of before this was kept say nothing."""
    kept = figures.get("capacity")
    return capacity_sentence(kept, figures["staffing"]["needed"]) if kept else None


def outlook(figures: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The draws and the cash of a plan as figures; verdicts of before these were made have neither."""
    draws, cash, economics = (figures.get(key) for key in ("uncertainty", "cash", "economics"))
    return {
        "sure": how_sure(draws, economics["driver"], Decimal(economics["base"]["net"]))
        if draws and economics
        else None,
        "cash": cash_curve(cash, paid=model_of(answers) is Model.PAID_ACCESS) if cash else None,
    }


def _finding(verdict: Verdict, finding: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": finding["code"],
        "sentence": finding_sentence(finding["code"], finding["figures"]),
        "address": page_of_question(verdict.assessment_id, finding["question"]),
    }


def _earnings(economics: Mapping[str, Any]) -> str:
    base, low = Decimal(economics["base"]["net"]), Decimal(economics["pessimistic"]["net"])
    said = {"base": money_text(abs(base)), "low": money_text(abs(low))}
    if base < 0:
        return _("Base case loses %(base)s a month.") % said
    if low < 0:
        return _("Base case earns %(base)s a month, the pessimistic case loses %(low)s.") % said
    return _("Base case earns %(base)s a month, the pessimistic case still %(low)s.") % said


def _fact(verdict: Verdict, check: Check) -> str:
    """What a check rests on, in one line."""
    answers, figures = verdict.answers, verdict.figures
    match check:
        case Check.NEED:
            parts = [option_label("evidence", answers["evidence"])]
            if answers.get("shared_goal"):
                parts.append(_("shared goal: %(goal)s") % {"goal": answers["shared_goal"]})
            return " · ".join(parts)
        case Check.MODEL:
            model = model_of(answers)
            return str(Monetization(model.value).label) if model else _("Not decided yet")
        case Check.ECONOMICS:
            return _money_fact(answers, figures)
        case Check.STAFFING:
            staffing = figures["staffing"]
            return _("%(needed)s hours a week needed, %(available)s there") % {
                "needed": number_text(staffing["needed"]),
                "available": number_text(staffing["available"]),
            }
        case Check.ACTIVITY:
            traits = frozenset(answers["product_traits"]) - {"none"}
            kind = recommended_kind(traits).value if answers["kind"] == "recommend" else answers["kind"]
            return ngettext(
                "%(kind)s, with %(count)s reason for conversation",
                "%(kind)s, with %(count)s reasons for conversation",
                len(traits),
            ) % {"kind": ActivityKind(kind).label, "count": len(traits)}
        case Check.DURATION:
            return _("%(span)s, planned for %(days)s days") % {
                "span": option_label("span", answers["span"]),
                "days": figures["life_days"],
            }


def _money_fact(answers: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    economics, total = figures["economics"], money_text(Decimal(figures["costs"]["total"]))
    if economics is None and "budget_cap" in answers:
        cap = money_text(Decimal(answers["budget_cap"]))
        return _("Costs %(total)s a month, the cap is %(cap)s") % {"total": total, "cap": cap}
    if economics is None:
        return _("Costs %(total)s a month; without a model nothing is known about revenue") % {"total": total}
    if economics["payback_days"] is None:
        return _("Base case does not earn, so it never pays back")
    return _("Pays back after about %(payback)s days, planned for %(life)s") % {
        "payback": f"{round(Decimal(economics['payback_days'])):,}",
        "life": figures["life_days"],
    }
