"""Figures, sentences and charts of the page of lifetimes. Few groups are told as few: no share, no curve below 5."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from community_ops import drawings, numbers
from community_ops.charts import Chart
from community_ops.metrics import BY_SLUG
from community_ops.survival_drawings import small_curves
from groups.models.group import Layer, Monetization
from lifecycle.models.endings import Fate
from lifecycle.models.health import Cause
from lifecycle.rules.survival import LEAST_GROUPS, Curve, curve_of

if TYPE_CHECKING:
    from community_ops.insights.lifetimes import Lived

Address = Callable[..., str]
AGES = (30, 90, 180, 365, 730)
TOLD_AGE = 180  # the age that sentences speak of
MONTHS = 24


def told(fates: Mapping[str, int], deaths: Sequence[Lived]) -> list[str]:
    """Nine in ten, they say: how many of ours, and how early we said so."""
    died, known = fates[Fate.DIED], fates[Fate.DIED] + fates[Fate.COMPLETED] + fates[Fate.ALIVE]
    words = {"died": numbers.grouped(died), "known": numbers.grouped(known)}
    if not known:
        return [_("Of no group is it known yet what becomes of it.")]
    if known < LEAST_GROUPS:
        return [_("%(died)s of %(known)s groups died; too few to speak of a share.") % words, *_early(deaths)]
    words["share"] = numbers.percent(died / known, 0)
    return [
        _("They say that nine in ten groups die. Of ours: %(died)s of %(known)s (%(share)s).") % words,
        *_early(deaths),
    ]


def _early(deaths: Sequence[Lived]) -> list[str]:
    total = sum(each.groups for each in deaths)
    if not total:
        return []
    leads = warned_before(deaths)
    after = sum(each.groups for each in deaths if each.warned is not None and each.warned <= 0)
    words = {
        "died": numbers.grouped(total),
        "before": numbers.grouped(len(leads)),
        "after": numbers.grouped(after),
        "never": numbers.grouped(total - len(leads) - after),
    }
    sentences = [
        _("Of %(died)s that died, %(before)s had a warning before the end, %(after)s only after it, %(never)s none.")
        % words
    ]
    if leads:
        sentences.append(_("The first warning came %(days)s before the end.") % {"days": spans(leads)})
    return sentences


def warned_before(deaths: Sequence[Lived]) -> list[int]:
    """Days between the first warning and the end, of each death that was warned of before it."""
    return [each.warned for each in deaths if each.warned is not None and each.warned > 0 for _n in range(each.groups)]


def spans(days: Sequence[int]) -> str:
    """A median with the range that it comes from; of few only the range; `--` of none."""
    if not days:
        return numbers.MISSING
    words = {"low": min(days), "high": max(days), "n": len(days)}
    if words["low"] == words["high"]:
        return ngettext("%(low)s day (n = %(n)s)", "%(low)s days (n = %(n)s)", words["low"]) % words
    if len(days) < LEAST_GROUPS:
        return _("%(low)s to %(high)s days (n = %(n)s)") % words
    words["half"] = numbers.trimmed(median(days), 0)
    return _("%(half)s days in the median (%(low)s to %(high)s, n = %(n)s)") % words


def key_figures(fates: Mapping[str, int], deaths: Sequence[Lived], address: Address) -> list[dict[str, Any]]:
    died = fates[Fate.DIED]
    leads = len(warned_before(deaths))
    slugs = {
        Fate.DIED: "groups_died",
        Fate.COMPLETED: "groups_completed",
        Fate.ALIVE: "groups_alive",
        Fate.UNKNOWN: "fate_unknown",
    }
    figures = [
        _figure(slug, numbers.grouped(fates[fate]), address(fate=fate.value) if fates[fate] else "")
        for fate, slug in slugs.items()
    ]
    enough = died >= LEAST_GROUPS
    words = {"before": numbers.grouped(leads), "died": numbers.grouped(died)}
    of_all = _("%(before)s of %(died)s") % words
    share = numbers.percent(leads / died, 0) if enough else of_all if died else numbers.MISSING
    return [*figures, _figure("warned_before", share, note=of_all if enough else "")]


def _figure(slug: str, value: str, address: str = "", note: str = "") -> dict[str, Any]:
    metric = BY_SLUG[slug]
    return {
        "id": slug,
        "label": metric.label,
        "definition": metric.meaning,
        "value": value,
        "address": address,
        "note": note,
    }


def by_model(lived: Sequence[Lived], address: Address) -> Chart:
    labels = {each.value: each.label for each in Monetization}
    return _curves("curves-model", _("By revenue model"), "model", "monetization", labels, lived, address)


def by_layer(lived: Sequence[Lived], address: Address) -> Chart:
    return _curves(
        "curves-layer", _("By layer"), "layer", "layer", {each.value: each.label for each in Layer}, lived, address
    )


def _curves(
    id: str,
    title: str,
    kind: str,
    filter_name: str,
    labels: Mapping[str, str | Promise],
    lived: Sequence[Lived],
    address: Address,
) -> Chart:
    """How many live on to an age, for all groups and each kind of them that has some."""
    known = [each for each in lived if each.fate != Fate.UNKNOWN]
    rows = [(_("All"), curve_of(each.life for each in known), address(fate="known"), address(fate="died"))]
    for value, label in labels.items():
        some = [each.life for each in known if getattr(each, kind) == value]
        if some:
            scope = {filter_name: value}
            rows.append((str(label), curve_of(some), address(fate="known", **scope), address(fate="died", **scope)))
    # Where all are of one kind, its curve is that of all: it is drawn once.
    told = rows[1:] if len(rows) == 2 and rows[1][1].groups == rows[0][1].groups else rows
    drawn = [(name, curve) for name, curve, _all, _died in told if curve.groups >= LEAST_GROUPS]
    sentence = _sentence(drawn[1:] or drawn)
    longest = max((curve.longest for _name, curve in drawn), default=0)
    picture = small_curves(
        [(name, f"n = {curve.groups:,}", curve) for name, curve in drawn], _days(longest), f"{title}. {sentence}"
    )
    return Chart(
        id=id,
        title=title,
        sentence=sentence,
        picture=picture if drawn else SafeString(""),
        columns=[title, _("Groups"), _("Died"), _("Half had died by"), *(_days(age) for age in AGES)],
        rows=[
            (
                name,
                _link(curve.groups, all_of),
                _link(curve.deaths, died),
                _half(curve),
                *(_cell(curve, age) for age in AGES),
            )
            for name, curve, all_of, died in rows
        ],
    )


def _sentence(drawn: Sequence[tuple[str, Curve]]) -> str:
    if not drawn:
        return _("No kind of group has 5 members whose fate is known: too few for a curve.")
    parts = [
        _("%(kind)s %(share)s (n = %(n)s)")
        % {"kind": name, "share": numbers.percent(step.share, 0), "n": numbers.grouped(curve.groups)}
        for name, curve in drawn
        if (step := curve.at(TOLD_AGE)) is not None
    ]
    if not parts:
        return _("No group is %(days)s days old yet.") % {"days": TOLD_AGE}
    return _("Alive after %(days)s days: %(parts)s.") % {"days": TOLD_AGE, "parts": _(", ").join(parts)}


def _days(days: int) -> str:
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": numbers.grouped(days)}


def _link(count: int, address: str) -> str:
    return format_html('<a href="{}">{}</a>', address, numbers.grouped(count)) if count else "0"


def _half(curve: Curve) -> str:
    if curve.groups < LEAST_GROUPS:
        return numbers.MISSING
    return _("more than half live") if curve.half_life is None else _days(curve.half_life)


def _cell(curve: Curve, age: int) -> str:
    """83% (60–95); few groups get none, nor do ages that nobody has reached."""
    if curve.groups < LEAST_GROUPS:
        return pgettext("groups", "too few")
    step = curve.at(age)
    if step is None:
        return numbers.MISSING
    share = numbers.percent(step.share, 0)
    return (
        share if step.low == step.high else f"{share} ({numbers.percent(step.low, 0)}–{numbers.percent(step.high, 0)})"
    )


def causes(deaths: Sequence[Lived], address: Address) -> Chart | None:
    """Of what they died, how old they were, and how early that was said. None when nobody died."""
    if not deaths:
        return None
    counts: Counter[str] = Counter()
    for each in deaths:
        counts[each.cause] += each.groups
    named = {cause: str(Cause(cause).label) if cause else _("No cause on record") for cause in counts}
    ordered = [cause for cause, _n in counts.most_common()]
    total = counts.total()
    first = ordered[0]
    words = {"cause": named[first], "n": numbers.grouped(counts[first]), "total": numbers.grouped(total)}
    sentence = _("Most often: %(cause)s, %(n)s of %(total)s.") % words

    def row(cause: str) -> tuple[str, ...]:
        some = [each for each in deaths if each.cause == cause]
        told_early = [each.warned_before_told for each in some if each.warned_before_told for _n in range(each.groups)]
        return (
            named[cause],
            _link(counts[cause], address(fate="died", died_of=cause or "none")),
            spans([each.days for each in some for _n in range(each.groups)]),
            spans(warned_before(some)),
            spans(told_early),
        )

    return Chart(
        id="causes",
        title=_("What they died of"),
        sentence=sentence,
        picture=drawings.stacked_bars([(named[cause], [("dead", counts[cause])]) for cause in ordered], sentence),
        columns=[
            _("Cause"),
            _("Died"),
            _("Age at the end"),
            _("Warning before the end"),
            _("Warning before it was closed or called dead"),
        ],
        rows=[row(cause) for cause in ordered],
    )


def months(deaths: Mapping[date, int], as_of: date) -> Chart | None:
    """Deaths by month over the last two years. None when none lies in them."""
    last = 12 * as_of.year + as_of.month - 1
    every = [date(n // 12, n % 12 + 1, 1) for n in range(last - MONTHS + 1, last + 1)]
    counts = [deaths.get(month, 0) for month in every]
    if not any(counts):
        return None
    highest = max(range(MONTHS), key=lambda place: counts[place])
    sentence = _("%(n)s died in the last 24 months, most in %(month)s: %(most)s.") % {
        "n": numbers.grouped(sum(counts)),
        "month": every[highest].strftime("%Y-%m"),
        "most": numbers.grouped(counts[highest]),
    }
    return Chart(
        id="months",
        title=_("When they died"),
        sentence=sentence,
        picture=drawings.line_chart(counts, every[0].strftime("%Y-%m"), every[-1].strftime("%Y-%m"), sentence),
        columns=[_("Month"), _("Died")],
        rows=[(month.strftime("%Y-%m"), numbers.grouped(n)) for month, n in zip(every, counts, strict=True)],
    )
