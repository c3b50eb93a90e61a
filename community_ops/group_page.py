"""The page of one group: where it stands and why, what was observed, promised and earned, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from community_ops import drawings, numbers
from community_ops.charts import Chart
from community_ops.counted_words import counted_sentence
from community_ops.group_goal import may_confirm_goal
from community_ops.group_models import models_of
from community_ops.group_moves import moves_of_group
from community_ops.group_origin import origin_of
from community_ops.group_profile import beside_the_score
from community_ops.group_series import DAYS_OF_8_WEEKS, DAYS_OF_HALF_A_YEAR, Step, daily, sales, scores, weekly
from community_ops.metrics import BY_SLUG
from community_ops.reasons import badges_of, cause_sentence, losses_of
from community_ops.similar_groups import similar_groups, similar_sentence
from community_ops.sponsors.calendar import calendar_of_group
from community_ops.templatetags import figures
from community_ops.ways_back import way_back_sentence
from groups import economics, upstreams
from groups.access import leads
from groups.audit_words import words_for
from groups.lone_rows import lone_row
from groups.models import AuditEntry, Group, Plan, User
from groups.models.group import ActivityKind
from groups.plan_words import exit_rule_sentences, quiet_hours_text
from groups.range_words import between
from groups.rules.profit_and_loss import MonthResult, total_of
from lifecycle.display_states import DisplayState, shown_as
from lifecycle.exempting import exemption_of
from lifecycle.import_words import kind_name
from lifecycle.models import Case, CoverageSpan, Flag, Standing, StateChange
from lifecycle.models.health import Cause
from lifecycle.policies import ruling_behind
from lifecycle.recomputed import recomputed
from lifecycle.rests import rest_on
from lifecycle.rules.profiles import Profile
from lifecycle.source_states import outage_of_group
from lifecycle.what_counted import counted_messages

MONTHS_SHOWN = 6
HISTORY_SHOWN = 20
RECORD_SHOWN = 8
# Columns that the page shows; each one more takes time to name, to send and to read.
OF_A_CASE = ("opened_on", "ended_on", "cause", "state", "remedy")
OF_A_PERSON = ("username", "display_name", "is_active")
OF_THE_RECORD = ("at", "actor_name", "verb", "reason")
RANGES = {"8w": DAYS_OF_8_WEEKS, "26w": DAYS_OF_HALF_A_YEAR}
# What the first chart shows by kind of activity: orders, or clicks where no orders were ever seen.
MEASURES = {ActivityKind.CONVERSATION: ("messages",), ActivityKind.TRANSACTION: ("orders", "clicks")}


@dataclass(frozen=True)
class Promise:
    """One line of promised against actual, as written; `change` is the difference, `better` its direction."""

    label: str
    planned: str
    actual: str
    now: Decimal | int | None
    before: Decimal | int | None
    better: str = "up"
    places: int = 0


@require_GET
def group_page(request: HttpRequest, pk: int) -> HttpResponse:
    """`?range=8w` (days) or `?range=26w` (weeks)."""
    group = Group.objects.select_related("team", "owner").one_visible_to(request.user, pk)
    today = timezone.localdate()
    plan = lone_row(Plan.objects.filter(group=group, superseded_at=None).select_related("dissolution_approver"))
    standing = lone_row(Standing.objects.filter(group=group))
    evidence = standing.evidence if standing else {}
    ruling = ruling_behind(standing.rule_version if standing else 0)
    last = standing.day if standing else today - timedelta(days=1)
    unwatched_since = _unwatched_since(standing, last)
    shown_through = unwatched_since or last
    span = request.GET.get("range", "")
    span = span if span in RANGES else "8w"
    kind = plan.activity_kind if plan else ActivityKind.CONVERSATION
    months = economics.profit_and_loss([group.pk], today, MONTHS_SHOWN)[group.pk]
    flags = list(Flag.objects.filter(group=group).order_by("-raised_on", "-pk")[:HISTORY_SHOWN])
    standing_flags = [flag for flag in flags if not flag.lowered_on]
    spells = CoverageSpan.objects.filter(group=group).select_related("source").order_by("-observed_until")
    record = AuditEntry.objects.filter(object_type="group", object_id=group.pk).only(*OF_THE_RECORD)
    record = record.order_by("-id")[:RECORD_SHOWN]
    cases = list(Case.objects.filter(group=group).only(*OF_A_CASE).order_by("-opened_on", "-pk")[:HISTORY_SHOWN])
    beside_the_owner = User.objects.filter(co_ownerships__group=group).only(*OF_A_PERSON)
    score = Decimal(standing.score) / 100 if standing and standing.score >= 0 else None
    beside = beside_the_score(group, plan, evidence, last, ruling) if standing else None
    answers = beside is not None and beside.profile is Profile.SERVICE
    context: dict[str, Any] = {
        "group": group,
        "co_owners": [each.as_listed() for each in beside_the_owner.order_by("sort_key", "pk")],
        "may_confirm_goal": not group.closed_on and not group.archived_at and may_confirm_goal(request.user, group),
        "exemption": None if group.closed_on else exemption_of(group, today),
        "may_exempt": not group.closed_on and not group.archived_at and leads(request.user, group.team_id),
        "rest": None if group.closed_on else rest_on(group, today),
        "origin": origin_of(group, request.user),
        "state": standing.state if standing else None,
        "plan": plan,
        "standing": standing,
        "score": score,
        "lost": None if score is None else 100 - score,
        "score_week_ago": standing.score_week_ago / 100 if standing and standing.score_week_ago >= 0 else None,
        "days_left": (plan.ends_on - today).days if plan and plan.ends_on else None,
        "losses": losses_of(evidence, answers=answers),
        "beside": beside,
        "counted": counted_sentence(counted_messages(group.pk, last))
        if standing and kind == ActivityKind.CONVERSATION
        else "",
        "similar": similar_sentence(similar_groups(group, plan, standing and standing.state, last, request.user)),
        "way_back": "" if group.closed_on or answers else way_back_sentence(evidence, ruling.policy),
        "badges": [] if Cause.CARRIED_BY_ONE in {flag.cause for flag in standing_flags} else badges_of(evidence),
        "risk": Decimal(standing.risk) / 10_000 if standing and standing.risk >= 0 and not group.closed_on else None,
        "standing_flags": [(flag, cause_sentence(flag.cause, evidence, flag.evidence)) for flag in standing_flags],
        "past_flags": [
            (flag.get_cause_display(), figures.span(flag.raised_on, flag.lowered_on))
            for flag in flags
            if flag.lowered_on
        ],
        "range": span,
        "unwatched_since": unwatched_since,
        "outage": outage_of_group(group.pk),
        "charts": [
            activity_chart(group.pk, kind, shown_through, span),
            score_chart(group.pk, shown_through, ruling.policy.low_score // 100),
        ],
        "quiet_hours": plan and quiet_hours_text(plan.quiet_from, plan.quiet_to),
        "exit_rule": exit_rule_sentences(plan) if plan else [],
        "promises": promises(plan, standing, months),
        "months": months,
        "total": total_of(months[0].month, months),
        "sales": sales(group.pk, months[0].month, today),
        "changes": [(f"{before.label} → {after.label}", figures.day(on)) for on, before, after in state_changes(group)],
        "cases": cases,
        "last_case": cases[0] if cases else None,
        "recomputed": recomputed(group.pk),
        "coverage": [(kind_name(spell.source.kind), spell) for spell in spells],
        "record": [(words_for(entry.verb), entry) for entry in record],
        "kpis": key_figures(standing, months[-1]),
        "models": models_of(group, plan, _known(standing and standing.members), today),
        "way": upstreams.way_of(group, request.user),
        "moves": moves_of_group(group, plan, today),
        "placements": calendar_of_group(group.pk, today),
    }
    return render(request, "groups/page.html", context)


def state_changes(group: Group) -> list[tuple[date, DisplayState, DisplayState]]:
    """The latest changes in the words of the badge, latest first; those that change no word are left out."""
    changes = StateChange.objects.filter(group=group).order_by("-day").values_list("day", "before", "after")
    told = [(day, shown_as(before), shown_as(after)) for day, before, after in changes[: 2 * HISTORY_SHOWN]]
    return [change for change in told if change[1] != change[2]][:HISTORY_SHOWN]


def _unwatched_since(standing: Standing | None, last: date) -> date | None:
    """The last observed day where the charts would be empty: nobody has watched the group for eight weeks."""
    seen = standing and standing.last_observed_on
    return seen if seen and (last - seen).days >= DAYS_OF_8_WEEKS else None


def key_figures(standing: Standing | None, month: MonthResult) -> list[dict[str, Any]]:
    """The cards below the reasons, as components/kpi.html wants them."""
    values = {
        "members": numbers.grouped(_known(standing and standing.members)),
        "acts": numbers.grouped(_known(standing and standing.acts_7)),
        "people": numbers.grouped(_known(standing and standing.people_28)),
        "revenue_month": numbers.MISSING if month.is_empty else numbers.yuan(month.revenue),
        "net_month": numbers.MISSING
        if month.is_empty
        else numbers.at_most(numbers.yuan(month.net), month.goods_cost_is_known),
    }
    return [
        {"id": slug, "label": BY_SLUG[slug].label, "value": value, "definition": BY_SLUG[slug].meaning}
        for slug, value in values.items()
    ]


def activity_chart(group_id: int, kind: str, last: date, span: str) -> Chart:
    """The acts that the plan counts: by day over 8 weeks, by week over 26."""
    days = RANGES[span]
    for measure in MEASURES[ActivityKind(kind)]:
        steps = daily(group_id, measure, last, days)
        if any(step.value is not None for step in steps):
            break
    else:
        measure = MEASURES[ActivityKind(kind)][0]
    weeks = weekly(steps)
    shown = weeks if span == "26w" else steps
    noun = {"messages": _("Messages"), "orders": _("Orders"), "clicks": _("Clicks")}[measure]
    each = _("a week") if span == "26w" else _("a day")
    sentence = _activity_sentence(noun, steps, weeks)
    title = _("%(noun)s %(each)s") % {"noun": noun, "each": each}
    return Chart(
        id="activity",
        title=title,
        sentence=sentence,
        picture=drawings.line_chart(
            [step.value for step in shown], shown[0].first.isoformat(), shown[-1].last.isoformat(), sentence
        ),
        columns=[_("Week") if span == "26w" else _("Day"), noun, _("Days observed")],
        rows=[
            (
                between(f"{step.first:%Y-%m-%d}", f"{step.last:%m-%d}") if step.days > 1 else step.first.isoformat(),
                numbers.grouped(step.value),
                f"{step.known_days} / {step.days}",
            )
            for step in shown
        ],
    )


def _activity_sentence(noun: str, steps: list[Step], weeks: list[Step]) -> str:
    known = [week for week in weeks if week.value is not None]
    if not known:
        return _("Nobody was watching this group between %(first)s and %(last)s, so there is nothing to show.") % {
            "first": steps[0].first,
            "last": steps[-1].last,
        }
    unknown = sum(step.value is None for step in steps)
    sentence = _("%(noun)s: %(last)s in the last known week, %(first)s in the first.") % {
        "noun": noun,
        "last": numbers.grouped(known[-1].value),
        "first": numbers.grouped(known[0].value),
    }
    if unknown:
        gaps = ngettext(
            "%(n)s day was not observed and is left open.", "%(n)s days were not observed and are left open.", unknown
        )
        sentence = f"{sentence} {gaps % {'n': unknown}}"
    return sentence


def score_chart(group_id: int, last: date, line: int) -> Chart:
    """The health score of each week over half a year, with the line below which the group is watched now."""
    points = scores(group_id, last, DAYS_OF_HALF_A_YEAR)
    known = [(day, score) for day, score in points if score is not None]
    if known:
        sentence = _("Health score %(last)s on %(day)s; below %(low)s on %(n)s of %(known)s weekly checks.") % {
            "last": numbers.grouped(known[-1][1]),
            "day": known[-1][0],
            "low": line,
            "n": sum(score < line for _day, score in known),
            "known": len(known),
        }
    else:
        sentence = _("No health score in these 26 weeks: there was too little data for one.")
    return Chart(
        id="score",
        title=_("Health score by week"),
        sentence=sentence,
        picture=drawings.line_chart(
            [score for _day, score in points],
            points[0][0].isoformat(),
            points[-1][0].isoformat(),
            sentence,
            threshold=line,
        ),
        columns=[_("Day"), _("Health score")],
        rows=[(day.isoformat(), numbers.grouped(score)) for day, score in points],
    )


def promises(plan: Plan | None, standing: Standing | None, months: list[MonthResult]) -> list[Promise]:
    """What the plan promised against what is known; lines that were not planned are left out.

    Money compares with the last full month, since the running one is not over.
    """
    if plan is None:
        return []
    full = months[-2]
    known = not full.is_empty
    weeks = Decimal((months[-1].month - full.month).days) / 7
    acts = _known(standing and standing.acts_28)
    people = _known(standing and standing.people_28)
    lines = [
        _amount(_("Revenue, last full month"), plan.planned_revenue, full.revenue if known else None, "up"),
        _amount(_("Net contribution, last full month"), plan.planned_net, full.net if known else None, "up"),
        _hours(plan.weekly_hours, full.hours / weeks if known and full.hours else None),
        _number(_("Acts in 28 days"), plan.goal_28, acts),
        _number(_("Different people in 28 days"), plan.goal_people_28, people),
    ]
    return [line for line in lines if line]


def _amount(label: str, planned: Decimal | None, actual: Decimal | None, better: str) -> Promise | None:
    if planned is None:
        return None
    return Promise(label, numbers.yuan(planned), numbers.yuan(actual), actual, planned, better)


def _hours(planned: Decimal | None, actual: Decimal | None) -> Promise | None:
    if planned is None:
        return None
    label = _("Hours a week, last full month")
    return Promise(label, numbers.grouped(planned, 1), numbers.grouped(actual, 1), actual, planned, "neither", 1)


def _number(label: str, planned: int | None, actual: int | None) -> Promise | None:
    if planned is None:
        return None
    return Promise(label, numbers.grouped(planned), numbers.grouped(actual), actual, planned)


def _known(value: int | None) -> int | None:
    return None if value is None or value < 0 else value
