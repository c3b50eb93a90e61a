"""Forms of the case pages. They read and check what was typed; the writers of lifecycle.cases decide."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from groups.currency import in_currency_lazy
from groups.fields import DayField, MoneyField, NumberField
from groups.models import User
from groups.names import shown_file_name
from groups.paper_forms import FILE_PROBLEMS
from groups.rules.file_kinds import FileNotTaken, kind_of
from lifecycle.cases.moving import LEAST_REASON
from lifecycle.cases.playing import offered
from lifecycle.cases.wording.reasons import REFUSALS
from lifecycle.cases.wording.steps import COUNTS
from lifecycle.models import Case
from lifecycle.models.cases import Remedy
from lifecycle.rules.decision import Remedy as Recommended
from lifecycle.rules.playbooks import Step, suggested

PROOF_KINDS = frozenset({"pdf", "png", "jpg", "webp"})
PROOF_PROBLEMS = {"unknown_ending": _("Choose a PDF or a picture (PNG, JPG, WEBP)")}


class CaseForm(forms.Form):
    """Carries the version of the case that the person saw. `case` is the case as it stands."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = case.version


class ReasonForm(CaseForm):
    reason = forms.CharField(
        label=_("Why?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("At least 10 characters; it stays on record"),
        error_messages={"required": REFUSALS["reason_too_short"]},
    )

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"].strip()
        if len(reason) < LEAST_REASON:
            raise ValidationError(REFUSALS["reason_too_short"], "reason_too_short")
        return reason


class RemedyForm(ReasonForm):
    """A decision for one remedy: its playbook, where there is a choice, and what the plan needs."""

    playbook = forms.ChoiceField(
        label=_("Playbook"), widget=forms.RadioSelect, error_messages={"required": REFUSALS["playbook_unfit"]}
    )
    budget = MoneyField(
        subject=_("Budget"),
        label=in_currency_lazy(_("Budget")),
        required=False,
        help_text=_("Beside the hours of the team; leave empty for none"),
    )
    moves_to = forms.CharField(
        label=_("New theme or group"), max_length=120, error_messages={"required": REFUSALS["no_new_theme"]}
    )
    knowingly = forms.BooleanField(required=False, widget=forms.HiddenInput)
    field_order = ["playbook", "moves_to", "budget", "reason"]

    def __init__(self, *args: Any, remedy: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        playbooks = {each.key: each for each in offered(self.case.team_id, remedy)}
        choice = self.fields["playbook"]
        choice.choices = [(each.key, f"{each.title} · {each.about}") for each in playbooks.values()]
        first = suggested(
            remedy,
            ad_overrun=self.case.cause == "ad_overrun",
            transaction=_sells(self.case),
            attempts=self.case.attempts,
        )
        choice.initial = first if first in playbooks else next(iter(playbooks))
        if len(playbooks) == 1:
            choice.widget = forms.HiddenInput()
        if remedy != Remedy.REVIVE:
            del self.fields["budget"]
        else:
            self.fields["budget"].initial = playbooks[choice.initial].playbook.budget
        goes_on = self.fields["moves_to"]
        if remedy not in (Remedy.MIGRATE, Remedy.DISSOLVE, Remedy.FAREWELL):
            del self.fields["moves_to"]
        elif remedy != Remedy.MIGRATE:
            goes_on.required = False
            goes_on.label = _("Where can members go? (optional)")
            goes_on.help_text = _("A group or theme; the goodbye names it")
            goes_on.initial = self.case.moves_to


class KeepForm(ReasonForm):
    """A false alarm: the reason says why the silence is right."""


class ProposalForm(ReasonForm):
    remedy = forms.ChoiceField(
        label=_("What should be done?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what should be done")},
    )
    field_order = ["remedy", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fits = [Remedy(each.value) for each in Recommended]
        fits.remove(Remedy.REVIVE if self.case.cause == "mission_complete" else Remedy.FAREWELL)
        self.fields["remedy"].choices = [(each.value, each.label) for each in (*fits, Remedy.KEEP)]
        self.fields["remedy"].initial = self.case.recommended or None


class SnoozeForm(CaseForm):
    until = forms.ChoiceField(
        label=_("Until when?"),
        widget=forms.RadioSelect,
        choices=[
            ("3", _("For 3 days")),
            ("7", _("For 7 days")),
            ("worse", _("Until it gets worse")),
            ("day", _("Until a day")),
            ("either", _("Until a day, or sooner if it gets worse")),
        ],
        error_messages={"required": REFUSALS["snooze_without_end"]},
    )
    day = DayField(subject=_("Day"), required=False, help_text=_("Only where a day ends it, like 2026-12-01"))
    reason = forms.CharField(label=_("Why? (optional)"), max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("until") in ("day", "either") and "day" in cleaned and not cleaned["day"]:
            self.add_error("day", ValidationError(_("Enter the day"), "required"))
        return cleaned

    def last_day(self, on: date) -> date | None:
        """The day that was chosen, counted from `on`; None for "until it gets worse"."""
        chosen = self.cleaned_data["until"]
        if chosen == "worse":
            return None
        return self.cleaned_data["day"] if chosen in ("day", "either") else on + timedelta(days=int(chosen))


class AssignForm(CaseForm):
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Who takes over?"),
        error_messages={"required": _("Select who takes over"), "invalid_choice": REFUSALS["not_of_the_team"]},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = User.objects.filter(is_active=True, memberships__team=self.case.team_id)
        self.fields["owner"].queryset = team.order_by("sort_key", "pk")
        self.fields["owner"].initial = self.case.owner_id


class NoteForm(CaseForm):
    text = forms.CharField(
        label=_("Note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the note")},
    )


class ProofForm(CaseForm):
    proof = forms.CharField(
        label=_("How can it be seen that the group is dissolved?"),
        max_length=300,
        help_text=_("For example: the list of members is empty"),
        error_messages={"required": _("Say how it can be seen")},
    )
    people = forms.ChoiceField(
        label=_("What becomes of who acted in it?"),
        widget=forms.RadioSelect,
        choices=[
            ("keep", _("Keep the numbers that stand for members")),
            ("forget", _("Forget them after 30 days; counts by day stay")),
        ],
        initial="keep",
        error_messages={"required": _("Select what becomes of them")},
    )
    lesson = forms.CharField(
        label=_("What did you learn? (optional)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("Screenshot (optional)"),
        required=False,
        help_text=_("PDF or picture, up to 10 MB; kept encrypted with the files of the group"),
        error_messages={"empty": FILE_PROBLEMS["empty"]},
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid4()

    def clean_file(self) -> UploadedFile | None:
        file = self.cleaned_data["file"]
        if not file:
            return None
        try:
            kind_of(shown_file_name(file.name, longest=300), b"".join(file.chunks()), PROOF_KINDS)
        except FileNotTaken as refused:
            raise ValidationError(PROOF_PROBLEMS.get(refused.code, FILE_PROBLEMS[refused.code]), refused.code) from None
        return file


class TextForm(forms.Form):
    """People's own words for a step."""

    use_required_attribute = False
    text = forms.CharField(
        label=_("Text for the members"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Leave it empty to have the text of the playbook again"),
    )


class StepForm(forms.Form):
    """How a step was done, and what was counted, if it asks."""

    use_required_attribute = False
    evidence = forms.CharField(
        label=_("How was it done?"), max_length=300, error_messages={"required": REFUSALS["evidence_missing"]}
    )
    count = NumberField(
        subject=_("Number"), ask=REFUSALS["count_missing"], places=0, least=0, most=1_000_000, example="12"
    )

    spent = MoneyField(
        subject=_("Cost"),
        label=in_currency_lazy(_("Cost")),
        required=False,
        help_text=_("Beside the hours of the team; leave empty for none"),
    )

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"id_{step.key}_%s"} | kwargs)
        if not step.evidence:
            self.fields["evidence"].required = False
            self.fields["evidence"].label = _("How was it done? (optional)")
        if step.asks:
            self.fields["count"].label = COUNTS[step.asks]
        else:
            del self.fields["count"]


def _sells(case: Case) -> bool:
    return case.group.plans.filter(superseded_at=None, activity_kind="transaction").exists()
