"""Section 4: for how long, in which layer, and how it ends."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assessments.rules.path import when
from assessments.steps.questions import Kind, Option, Page, Question, Section

LENGTH = Page(
    slug="length",
    title=_("How long should it live?"),
    questions=(
        Question(
            key="span",
            kind=Kind.RADIO,
            label=_("How long should it live?"),
            ask=_("Select how long it should live"),
            options=(
                Option("flash", _("Flash"), _("Within %(flash_days)s days, ends when it is done")),
                Option("bounded", _("Bounded"), _("Until a day, or until something is done")),
                Option("lasting", _("Lasting"), _("No end date, renewed by the quarter")),
            ),
        ),
        Question(
            key="starts_on",
            kind=Kind.DAY,
            label=_("Start date"),
            ask=_("Enter the start date"),
            subject=_("Start date"),
        ),
        Question(
            key="ends_on",
            kind=Kind.DAY,
            label=_("End date"),
            ask=_("Enter the end date"),
            subject=_("End date"),
            when=when("span", "flash", "bounded"),
        ),
    ),
    why=(_("Most groups need not stay open"),),
)

MISSION = Page(
    slug="mission",
    title=_("What counts as mission complete?"),
    questions=(
        Question(
            key="mission",
            kind=Kind.AREA,
            label=_("What counts as mission complete?"),
            ask=_("Enter what counts as mission complete"),
            subject=_("The mission"),
            least=6,
            most=120,
        ),
        Question(
            key="lasting_reasons",
            kind=Kind.CHECKS,
            label=_("Why can it last?"),
            ask=_("Select why it can last"),
            exclusive_error=_("Select reasons, or “None of these”, not both"),
            when=when("span", "lasting"),
            options=(
                Option("content", _("Professional content that goes on")),
                Option("service", _("A service found nowhere else")),
                Option("organisation", _("Real ties of an organisation")),
                Option("benefits", _("Benefits for the best users only")),
                Option("none", _("None of these"), exclusive=True),
            ),
        ),
    ),
    why=(_("Finishing well is not failing"),),
)

FUNNEL = Page(
    slug="funnel",
    title=_("Which layer of the funnel?"),
    questions=(
        Question(
            key="layer",
            kind=Kind.RADIO,
            label=_("Which layer of the funnel?"),
            ask=_("Select the layer"),
            options=(
                Option("mass", _("Mass group"), _("Sift first, spend little time")),
                Option("course", _("Course or event group"), _("Moderate")),
                Option("vip", _("VIP group"), _("All you can give")),
                Option("none", _("Not in a funnel")),
            ),
        ),
        Question(
            key="upstream",
            kind=Kind.GROUP,
            label=_("Where do members come from? (optional)"),
            required=False,
        ),
        Question(
            key="downstream",
            kind=Kind.GROUP,
            label=_("Where do members go next? (optional)"),
            required=False,
        ),
        Question(
            key="promotion",
            kind=Kind.PERCENT,
            label=_("Share of members who move down a month (optional)"),
            subject=_("The share"),
            required=False,
        ),
    ),
    fold_title=_("From where, to where? (optional)"),
    folded=("upstream", "downstream", "promotion"),
    unfold=when("layer", "mass"),
    why=(_("People move down, so does your effort"),),
)

NOW = when("exit_plan", "now")
EXIT = Page(
    slug="exit",
    title=_("What if it goes quiet?"),
    questions=(
        Question(
            key="exit_plan",
            kind=Kind.RADIO,
            label=_("What if it goes quiet?"),
            ask=_("Select what happens when it goes quiet"),
            options=(
                Option("now", _("Write the rule now")),
                Option("not_yet", _("Not thought through yet")),
            ),
        ),
        Question(
            key="at_risk_after_days",
            kind=Kind.NUMBER,
            label=_("Days below target until it is at risk"),
            ask=_("Enter the days until it is at risk"),
            subject=_("Days"),
            when=NOW,
            places=0,
            least=1,
            most=365,
            start="14",
        ),
        Question(
            key="revive_for_days",
            kind=Kind.NUMBER,
            label=_("Days of reviving until members are moved"),
            ask=_("Enter the days of reviving"),
            subject=_("Days"),
            when=NOW,
            places=0,
            least=1,
            most=365,
            start="14",
        ),
        Question(
            key="dissolve_after_days",
            kind=Kind.NUMBER,
            label=_("Days without movement until it is dissolved"),
            ask=_("Enter the days until it is dissolved"),
            subject=_("Days"),
            when=NOW,
            places=0,
            least=1,
            most=365,
            start="14",
        ),
        Question(
            key="dissolution_approver",
            kind=Kind.PERSON,
            label=_("Who approves dissolving?"),
            ask=_("Select who approves dissolving"),
            when=NOW,
            start_from="manager",
        ),
    ),
    why=(_("Revive, then migrate, then say goodbye"),),
)

DURATION = Section(
    slug="duration",
    title=_("How long: duration, layer, exit"),
    short=_("How long"),
    pages=(LENGTH, MISSION, FUNNEL, EXIT),
)
