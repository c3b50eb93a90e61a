"""The charts of the health dashboard: each a picture, a sentence and a table of the same counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community_ops import drawings, numbers
from community_ops.charts import Chart, LegendItem
from community_ops.insights.fleet import States, healthy_share
from groups.models.group import Layer, Monetization
from lifecycle.display_states import ICONS, JUDGED, TROUBLED, DisplayState

TREND_DAYS = 30
OWNERS = 10
MOVES = 6


def _share(count: int, total: int) -> str:
    return numbers.percent(count / total if total else None, 0)


def distribution(states: Mapping[DisplayState, int], week_ago: States | None, details: str) -> Chart:
    """How the judged groups are spread over their states, and the change of the healthy share within a week."""
    counts = {state: states.get(state, 0) for state in JUDGED}
    total = sum(counts.values())
    share = healthy_share(Counter(counts))
    before = healthy_share(week_ago) if week_ago else None
    if share is None:
        sentence = _("No group could be judged yet")
    elif before is None:
        sentence = _("%(share)s of %(total)s judged groups are healthy") % {
            "share": numbers.percent(share, 0),
            "total": total,
        }
    else:
        points = numbers.rounded((share - before) * 100, 0)
        words = {
            "share": numbers.percent(share, 0),
            "total": total,
            "points": numbers.trimmed(abs(points), 0),
        }
        if points > 0:
            sentence = ngettext(
                "%(share)s of %(total)s judged groups are healthy, %(points)s point more than a week ago",
                "%(share)s of %(total)s judged groups are healthy, %(points)s points more than a week ago",
                abs(int(points)),
            )
        elif points < 0:
            sentence = ngettext(
                "%(share)s of %(total)s judged groups are healthy, %(points)s point fewer than a week ago",
                "%(share)s of %(total)s judged groups are healthy, %(points)s points fewer than a week ago",
                abs(int(points)),
            )
        elif share != before:
            sentence = _("%(share)s of %(total)s judged groups are healthy, within a point of a week ago")
        else:
            sentence = _("%(share)s of %(total)s judged groups are healthy, as a week ago")
        sentence %= words
    return Chart(
        id="distribution",
        title=_("Distribution of states"),
        sentence=sentence,
        picture=drawings.stacked_bar([(state.value, count) for state, count in counts.items()], sentence),
        legend=[
            LegendItem(state.value, state.label, f"{count} ({_share(count, total)})", ICONS[state])
            for state, count in counts.items()
        ],
        columns=[_("State"), _("Groups"), _("Share")],
        rows=[(state.label, numbers.grouped(count), _share(count, total)) for state, count in counts.items()],
        details_address=details,
    )


def movement(moves: Sequence[tuple[DisplayState, DisplayState, int]], opened: int, closed: States) -> Chart:
    """Which groups changed their state within a week, and where those stood that were closed in it."""
    worse = sum(count for _before, after, count in moves if after in TROUBLED)
    total = sum(count for _before, _after, count in moves)
    if not total:
        sentence = _("No group changed its state within 7 days")
    else:
        sentence = ngettext(
            "%(total)s group changed its state within 7 days, %(worse)s of them to at risk or dead",
            "%(total)s groups changed their state within 7 days, %(worse)s of them to at risk or dead",
            total,
        ) % {"total": total, "worse": worse}
    if opened:
        sentence += " · " + ngettext("%(groups)s group was opened", "%(groups)s groups were opened", opened) % {
            "groups": opened
        }
    if closed:
        sentence += " · " + ngettext("%(groups)s was closed", "%(groups)s were closed", closed.total()) % {
            "groups": closed.total()
        }
    named = [(_from_to(before.label, after.label), after.value, count) for before, after, count in moves]
    named += [(_from_to(state.label, _("Closed")), state.value, count) for state, count in closed.most_common()]
    return Chart(
        id="movement",
        title=_("Movement between states, 7 days"),
        sentence=sentence,
        picture=drawings.stacked_bars([(name, [(look, count)]) for name, look, count in named[:MOVES]], sentence),
        columns=[_("From → to"), _("Groups")],
        rows=[(name, numbers.grouped(count)) for name, _look, count in named],
    )


def _from_to(before: Any, after: Any) -> str:
    return _("%(before)s → %(after)s") % {"before": before, "after": after}


def trend(days: Mapping[date, States], as_of: date) -> Chart:
    """The healthy share day by day; a day that was not rolled up is a gap."""
    calendar = [as_of - timedelta(days=back) for back in range(TREND_DAYS - 1, -1, -1)]
    shares = [healthy_share(days[day]) if day in days else None for day in calendar]
    percents = [None if share is None else share * 100 for share in shares]
    known = [(day, share) for day, share in zip(calendar, shares, strict=True) if share is not None]
    if len(known) < 2:
        sentence = _("There are not yet two days to compare; 0 to 1 of 30 days are known")
    else:
        sentence = _("Healthy share from %(first)s on %(first_day)s to %(last)s on %(last_day)s") % {
            "first": numbers.percent(known[0][1], 0),
            "first_day": known[0][0].isoformat(),
            "last": numbers.percent(known[-1][1], 0),
            "last_day": known[-1][0].isoformat(),
        }
    if known and known[0][0] > calendar[0]:
        sentence += " · " + _("Data begins on %(day)s") % {"day": known[0][0].isoformat()}
    return Chart(
        id="trend",
        title=_("Healthy share (%), 30 days"),
        sentence=sentence,
        picture=drawings.line_chart(percents, calendar[0].isoformat(), calendar[-1].isoformat(), sentence, top=100),
        columns=[_("Day"), _("Healthy share")],
        rows=[(day.isoformat(), numbers.percent(share)) for day, share in zip(calendar, shares, strict=True)],
    )


def by_owner(owners: Mapping[tuple[int, str], States]) -> Chart:
    """The owners with most groups at risk or dead."""
    ordered = sorted(
        owners.items(), key=lambda owner: (-sum(owner[1][state] for state in TROUBLED), -owner[1].total(), owner[0][1])
    )[:OWNERS]
    (_owner_id, name), states = ordered[0] if ordered else ((0, ""), Counter())
    troubled, judged = (sum(states[state] for state in looked_at) for looked_at in (TROUBLED, JUDGED))
    if not troubled:
        sentence = _("No owner has a group that is at risk or dead; %(owners)s owners in all") % {"owners": len(owners)}
    else:
        sentence = ngettext(
            "%(owner)s has the most groups at risk or dead: %(troubled)s of %(judged)s judged group",
            "%(owner)s has the most groups at risk or dead: %(troubled)s of %(judged)s judged groups",
            judged,
        ) % {"owner": name, "troubled": troubled, "judged": judged}
    return Chart(
        id="owners",
        title=_("By owner"),
        sentence=sentence,
        picture=drawings.stacked_bars(
            [(name, [(state.value, states[state]) for state in JUDGED]) for (_id, name), states in ordered], sentence
        ),
        legend=_legend(),
        columns=[_("Owner"), *(state.label for state in JUDGED), _("Not judged")],
        rows=[
            (name, *(numbers.grouped(states[state]) for state in JUDGED), numbers.grouped(_unjudged(states)))
            for (_id, name), states in ordered
        ],
    )


def by_model_and_layer(models: Mapping[tuple[str, str], States]) -> Chart:
    """How many judged groups each revenue model has in each layer, and how many of them are at risk or dead."""
    by_model: dict[str, States] = {}
    for (model, _layer), states in models.items():
        by_model.setdefault(model, Counter()).update(states)
    named = dict(Monetization.choices) | {"": _("No plan yet")}
    judged = {model: sum(states[state] for state in JUDGED) for model, states in by_model.items()}
    ordered = sorted(by_model, key=lambda model: (-judged[model], model))
    weakest = max(
        (model for model in ordered if judged[model]),
        key=lambda model: sum(by_model[model][state] for state in TROUBLED) / judged[model],
        default=None,
    )
    if weakest is None:
        sentence = _("No group could be judged yet")
    else:
        sentence = _("%(model)s has the highest share at risk or dead: %(share)s of %(total)s judged groups") % {
            "model": named[weakest],
            "share": _share(sum(by_model[weakest][state] for state in TROUBLED), judged[weakest]),
            "total": judged[weakest],
        }
    layers = [layer for layer in Layer if any(found == layer for _model, found in models)]

    def cell(model: str, layer: Layer) -> str:
        states = models.get((model, layer), Counter())
        count = sum(states[state] for state in JUDGED)
        return f"{sum(states[state] for state in TROUBLED)} / {count}" if count else numbers.MISSING

    return Chart(
        id="models",
        title=_("By revenue model and layer"),
        sentence=sentence,
        picture=drawings.stacked_bars(
            [(str(named[model]), [(state.value, by_model[model][state]) for state in JUDGED]) for model in ordered],
            sentence,
        ),
        legend=_legend(),
        columns=[_("At risk + dead / judged"), *(layer.label for layer in layers)],
        rows=[(named[model], *(cell(model, layer) for layer in layers)) for model in ordered],
    )


def _unjudged(states: States) -> int:
    return states.total() - sum(states[state] for state in JUDGED)


def _legend() -> list[LegendItem]:
    return [LegendItem(state.value, state.label, "", ICONS[state]) for state in JUDGED]
