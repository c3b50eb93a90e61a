"""How good the verdicts were, as a page shows it: chances against what came, and what each rule was worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.models import Score
from assessments.pictures import Figure, intervals
from assessments.rule_names import RULE_NAMES, rule_text
from assessments.rules.calibration import (
    Bin,
    Case,
    Rate,
    RuleRecord,
    Worth,
    bins_of,
    brier_of,
    records_of,
)
from assessments.threshold_words import THRESHOLD_LABELS
from groups.models import User
from groups.range_words import between

# The threshold behind a rule: its name, and whether a higher one makes the rule speak less often.
THRESHOLDS = {
    "C06": ("partner_campaigns_per_month", True),
    "C09": ("groups_per_owner", True),
    "C11": ("posts_per_day", True),
    "C19": ("staffing_full", False),
    "S06": ("staffing_stop", False),
    "C17": ("pessimistic_percent", True),
}


@dataclass(frozen=True)
class RuleLine:
    """One rule: cases with and without it, what can be said, and what to do about its threshold."""

    name: str
    with_it: str
    without: str
    worth: str
    advice: str


@dataclass(frozen=True)
class Calibration:
    scored: int
    known: int
    brier: str
    chart: Figure | None
    rules: list[RuleLine]


def calibration_for(user: User) -> Calibration:
    """Of the verdicts of the user's teams, each with its latest score; one query."""
    cases = list(_cases(Score.objects.visible_to(user).select_related("verdict").order_by("verdict_id", "-pk")))
    brier, n = brier_of(cases)
    bins = bins_of(cases)
    return Calibration(
        scored=len(cases),
        known=sum(case.earned is not None for case in cases),
        brier="" if brier is None else _("Brier score %(score)s (n = %(n)s)") % {"score": f"{brier:.3f}", "n": n},
        chart=_chart(bins) if n else None,
        rules=[_line(record) for record in records_of(cases, list(RULE_NAMES))],
    )


def _cases(scores: Iterable[Score]) -> Iterable[Case]:
    seen: set[int] = set()
    for score in scores:
        if score.verdict_id not in seen:
            seen.add(score.verdict_id)
            codes = frozenset(finding["code"] for finding in score.verdict.findings)
            yield Case(score.chance, codes, score.earned)


def _chart(bins: list[Bin]) -> Figure:
    sentence = _said(bins)
    return Figure(
        id="calibration",
        title=_("Of the plans that we were so sure of, how many earned?"),
        sentence=sentence,
        picture=intervals(
            [(_name(each), *_span(each.earned), each.expected, _of(each.earned)) for each in bins], sentence
        ),
        columns=[_("Chance given"), _("Plans"), _("Mean chance"), _("Earned"), _("True share lies between")],
        rows=[
            [
                _name(each),
                str(each.earned.n),
                "--" if each.expected is None else _percent(each.expected),
                _of(each.earned),
                _between(each.earned),
            ]
            for each in bins
        ],
    )


def _said(bins: list[Bin]) -> str:
    known = [each for each in bins if each.earned.n]
    surest = known[-1]
    said = _(
        "Of %(n)s plans with a chance of %(name)s, %(hits)s earned; the true share lies between %(low)s and %(high)s."
    ) % {
        "n": surest.earned.n,
        "name": _name(surest),
        "hits": surest.earned.hits,
        "low": _percent(surest.earned.interval[0]),
        "high": _percent(surest.earned.interval[1]),
    }
    off = [_name(each) for each in known if not each.fits]
    if off:
        return f"{said} " + _("The chances do not fit at %(names)s.") % {"names": _(", ").join(off)}
    return f"{said} " + _("Nothing here speaks against the chances given.")


def _line(record: RuleRecord) -> RuleLine:
    return RuleLine(
        name=rule_text(record.code),
        with_it=_of(record.with_it),
        without=_of(record.without),
        worth=_worth(record),
        advice=_advice(record),
    )


def _worth(record: RuleRecord) -> str:
    match record.worth:
        case Worth.EARNS:
            return _("earns its keep: plans that it speaks of fail more often")
        case Worth.HARMS:
            return _("speaks of the wrong plans: they fail less often")
        case Worth.IDLE:
            return _("no difference can be told yet")
    return _("too few cases to say (n = %(n)s and %(other)s)") % {"n": record.with_it.n, "other": record.without.n}


def _advice(record: RuleRecord) -> str:
    """What to try with the threshold; nothing while there are too few cases."""
    if record.code not in THRESHOLDS or record.worth is Worth.TOO_FEW:
        return ""
    name, loosens_upwards = THRESHOLDS[record.code]
    if record.worth is Worth.HARMS:
        wanted = _("try a higher %(name)s") if loosens_upwards else _("try a lower %(name)s")
    elif record.worth is Worth.EARNS:
        wanted = _("keep %(name)s")
    else:
        return ""
    return wanted % {"name": str(THRESHOLD_LABELS[name])}


def _name(each: Bin) -> str:
    return f"{each.low * 100:.0f}–{each.high * 100:.0f}%"


def _span(rate: Rate) -> tuple[float, float]:
    """What is drawn; without cases nothing is."""
    return rate.interval if rate.n else (0.0, 0.0)


def _of(rate: Rate) -> str:
    if not rate.n:
        return "--"
    return _("%(hits)s of %(n)s") % {"hits": rate.hits, "n": rate.n}


def _between(rate: Rate) -> str:
    if not rate.n:
        return "--"
    low, high = rate.interval
    return between(_percent(low), _percent(high))


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%"
