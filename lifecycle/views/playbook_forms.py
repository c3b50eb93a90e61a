"""The form of a playbook: its title, cost and steps, each with its day, its text with fixed fields, and its script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from groups.currency import in_currency_lazy
from groups.fields import MoneyField
from lifecycle.cases.wording.faults import fault_text
from lifecycle.cases.wording.steps import COUNTS
from lifecycle.rules.playbook_content import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_DAYS,
    Fault,
    fresh_key,
    lines_of,
    needed,
    typed_lines,
)
from lifecycle.rules.playbooks import Playbook, Step

DAY_ASKED = _("Enter a number of days from 0 to 90")
EMPTY_STEPS = 2  # to be filled in; saving makes room for more


class StepForm(forms.Form):
    """One step. An empty title leaves it out, unless the flow of a case needs it."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    title = forms.CharField(label=_("What to do"), required=False, max_length=LONGEST_TITLE)
    due_in = forms.IntegerField(
        label=_("Due on day"),
        required=False,
        min_value=0,
        max_value=MOST_DAYS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": DAY_ASKED,
            "min_value": DAY_ASKED,
            "max_value": DAY_ASKED,
        },
    )
    words = forms.CharField(
        label=_("Text to copy (optional)"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    script = forms.CharField(
        label=_("Script (optional)"),
        required=False,
        max_length=4000,
        help_text=_("One line each: 20:05 | who | what"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    asks = forms.ChoiceField(label=_("Asks for a number"), required=False, choices=[("", _("No")), *COUNTS.items()])
    evidence = forms.BooleanField(label=_("Must say how it was done"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("title", "").strip() and "due_in" in cleaned and cleaned["due_in"] is None:
            self.add_error("due_in", forms.ValidationError(DAY_ASKED, "required"))
        return cleaned

    def clean_script(self) -> Any:
        try:
            return lines_of(self.cleaned_data["script"])
        except ValueError as line:
            told = say("Write each line as 20:05 | who | what: %(line)s") % {"line": line}
            raise forms.ValidationError(told, "script") from None


def initial_of(step: Step) -> dict[str, Any]:
    return {
        "key": step.key,
        "title": step.title,
        "due_in": step.due_in,
        "words": step.words,
        "script": typed_lines(step.lines),
        "asks": step.asks,
        "evidence": step.evidence,
    }


class PlaybookForm(forms.Form):
    """A playbook as it stands, or as it was sent; `steps` are the forms of its steps."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    title = forms.CharField(
        label=_("Name of the playbook"), max_length=80, error_messages={"required": _("Name the playbook")}
    )
    about = forms.CharField(label=_("In one sentence (optional)"), required=False, max_length=200)
    budget = MoneyField(
        subject=_("Cost"),
        label=in_currency_lazy(_("Cost")),
        required=False,
        help_text=_("What it costs beside the hours; leave empty for nothing to buy"),
    )
    reason = forms.CharField(label=_("What did you change, and why? (optional)"), required=False, max_length=300)

    def __init__(self, data: Any = None, *, playbook: Playbook, version: int) -> None:
        self.playbook = playbook
        budget = None if playbook.budget is None else f"{playbook.budget:f}"
        start = {"version": version, "title": playbook.title, "about": playbook.about, "budget": budget}
        super().__init__(data, initial=start)
        sent = 0 if data is None else min(_whole(data.get("steps")), 40)
        count = sent or len(playbook.steps) + EMPTY_STEPS
        fixed = {step.key for step in needed(playbook.remedy)}
        self.steps = []
        for place in range(count):
            step = playbook.steps[place] if place < len(playbook.steps) else None
            form = StepForm(data, prefix=f"s{place}", initial=initial_of(step) if step else {})
            form.place = place + 1
            form.fixed = (data.get(f"s{place}-key") if data is not None else step and step.key) in fixed
            form.is_open = place == len(playbook.steps)  # the first empty one
            self.steps.append(form)

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(form.is_valid() for form in self.steps)])

    def written(self) -> Playbook:
        """What was typed. Steps without a title are left out, those that are needed are kept to be complained of."""
        typed = self.cleaned_data
        steps: list[Step] = []
        keys = {form.cleaned_data["key"] for form in self.steps}
        known = {step.key for step in self.playbook.steps} | {step.key for step in needed(self.playbook.remedy)}
        for form in self.steps:
            it = form.cleaned_data
            if not it["title"].strip() and not form.fixed:
                continue
            key = it["key"] if it["key"] in known else fresh_key(keys | {step.key for step in steps})
            steps.append(
                Step(
                    key=key,
                    due_in=it["due_in"] or 0,
                    text=bool(it["words"].strip() or it["script"]),
                    asks=it["asks"],
                    evidence=it["evidence"],
                    title=it["title"].strip(),
                    words=it["words"].strip().replace("\r\n", "\n"),
                    lines=it["script"],
                )
            )
        return Playbook(
            self.playbook.key,
            self.playbook.version,
            self.playbook.remedy,
            tuple(steps),
            typed["budget"],
            typed["title"].strip(),
            typed["about"].strip(),
        )

    def complain(self, faults: tuple[Fault, ...]) -> None:
        for fault in faults:
            self.add_error(None, fault_text(fault))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else 0
