"""Pages to look things up: the living styleguide, and what every figure means."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from community_ops import drawings, metrics
from community_ops.charts import Chart
from community_ops.insights.panels import distribution
from community_ops.navigation import menu_for
from community_ops.templatetags.figures import delta
from lifecycle.display_states import DisplayState

# name in tokens.css, what it is for
COLOURS = (
    ("ink", _("Text")),
    ("muted", _("Secondary text")),
    ("primary", _("Links and buttons")),
    ("control-border", _("Borders of fields")),
    ("error", _("Errors")),
)
WHAT_PAGES_ARE_FOR = {
    "home": _("What waits for you today, and where your groups stand"),
    "my-steps": _("Steps, conditions and reviews of all your groups, by day"),
    "assessment-list": _("Three questions before a group is built, and the verdict"),
    "group-list": _("Every group, its state and why, its money, its owner"),
    "case-board": _("Dying groups: revive, migrate or dissolve them, and measure what came of it"),
    "ledger-entry": _("Revenue and costs, hours, what comes every month, shared costs"),
    "health-dashboard": _("How healthy your groups are, what changed, which come first"),
    "lifetimes": _("How long groups live, how they end, and whether a warning came in time"),
    "capacity": _("Hours that plans need against hours that people have"),
    "pnl-dashboard": _("What all groups earn and cost, and which lose money"),
    "funnel": _("How people move from large groups on to small ones"),
    "placement-calendar": _("Adverts of partners in groups, and what they cost in trust"),
    "weekly-report": _("A week or a month on one page: picture, paper, link, robot"),
    "import-list": _("Activity, lists of groups and orders from files"),
    "coverage": _("Which days of which groups were observed, and which sources broke"),
}
EXAMPLE_COUNTS = {
    DisplayState.HEALTHY: 78,
    DisplayState.WATCH: 23,
    DisplayState.AT_RISK: 17,
    DisplayState.DEAD: 10,
}
EXAMPLE_WEEKS = [72, 66, 64, None, 51, 40, 33, 29]


class ExampleForm(forms.Form):
    """A form with one field of each look, sent empty so that it shows its errors."""

    use_required_attribute = False
    name = forms.CharField(
        label=_("Name"), help_text=_("A name that your team uses"), error_messages={"required": _("Enter your name")}
    )
    choice = forms.ChoiceField(
        label=_("Language"),
        choices=[("a", _("Simplified Chinese")), ("b", _("English"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language")},
    )


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in the reader's language and theme; for administrators, and for everybody while developing."""
    if not (settings.DEBUG or request.user.is_administrator):
        raise PermissionDenied
    line = Chart(
        id="example-line",
        title=_("8-week trend"),
        sentence=_("From 72 to 29 people, and nobody looked in one week"),
        picture=drawings.line_chart(EXAMPLE_WEEKS, "1", "8", str(_("8-week trend")), threshold=40, bands=[(2, 3)]),
        columns=[_("Week"), _("People")],
        rows=[(place, "--" if value is None else value) for place, value in enumerate(EXAMPLE_WEEKS, 1)],
    )
    return render(
        request,
        "styleguide.html",
        {
            "colours": COLOURS,
            "states": list(DisplayState),
            "verdicts": ["go", "conditional", "not_now"],
            "example_form": ExampleForm({}),
            "bar": distribution(EXAMPLE_COUNTS, None, details=""),
            "line": line,
            "weeks": [-1 if value is None else value for value in EXAMPLE_WEEKS],
            "kpi": {
                "id": "example",
                "label": metrics.BY_SLUG["at_risk"].label,
                "value": "27",
                "address": "#kpi",
                "definition": metrics.BY_SLUG["at_risk"].meaning,
                "change": delta(27, 22, "down"),
            },
            "kpi_up": {
                "id": "example-up",
                "label": metrics.BY_SLUG["healthy_share"].label,
                "value": "61%",
                "change": delta(0.61, 0.55, "up", "pp"),
            },
            "answers": [
                {"label": _("Name"), "value": "Li", "address": "#summary", "change": _("Change")},
                {"label": _("Language"), "value": _("English"), "address": "#summary", "change": _("Change")},
            ],
        },
    )


@require_GET
def help_index(request: HttpRequest) -> HttpResponse:
    """Where to look what up: the pages of help, the pages of the menu, and the definitions section by section."""
    found = menu_for(request)
    return render(
        request,
        "help.html",
        {
            "sections": metrics.SECTIONS,
            "pages": [(entry, WHAT_PAGES_ARE_FOR.get(entry["name"], "")) for entry in found["work"]],
        },
    )


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the product promises to everybody, what it does not yet keep, and whom to tell. Open to all."""
    return render(request, "accessibility.html", {})


def metrics_help(request: HttpRequest) -> HttpResponse:
    return render(request, "metrics_help.html", {"sections": metrics.SECTIONS})


def shortcuts_help(request: HttpRequest) -> HttpResponse:
    """The keys of every page; the script shows its table over the page at hand when somebody presses `?`."""
    sections = [
        (
            _("On every page"),
            [
                (["/"], _("Search everywhere")),
                (["?"], _("This list")),
                *(
                    (["G", entry["shortcut"].upper()], entry["label"])
                    for entry in menu_for(request)["work"]
                    if entry["shortcut"]
                ),
            ],
        ),
        (
            _("In a list"),
            [
                (["J", "K"], _("The row below, the row above")),
                (["Enter"], _("Open the row")),
                (["X"], _("Select the row, or not")),
                (["Z"], _("Undo what was just done")),
            ],
        ),
        (
            _("In the triage of cases"),
            [
                (["1"], _("Revive")),
                (["2"], _("Migrate")),
                (["3"], _("Dissolve")),
                (["4"], _("Farewell")),
                (["H"], _("Snooze")),
                (["E"], _("False alarm")),
                (["A"], _("Assign")),
                (["J", "K"], _("The case after, the case before")),
            ],
        ),
    ]
    return render(request, "help_shortcuts.html", {"sections": sections})
