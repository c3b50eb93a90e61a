"""Forms around a verdict: conditions as tasks, the exception, registering a group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.models import Condition
from assessments.models.outcome import SHORTEST_REASON
from assessments.outdated import GONE
from groups.fields import DayField, NumberField

People = Sequence[tuple[int, str]]


class ConditionForm(forms.Form):
    """Who meets a condition, by when and how far it is. Its fields carry the number of the condition."""

    def __init__(self, condition: Condition, people: People, data: Any = None) -> None:
        super().__init__(data, prefix=f"condition-{condition.pk}", use_required_attribute=False)
        known = dict(people)
        if condition.owner_id and condition.owner_id not in known:
            known[condition.owner_id] = str(condition.owner)
        self.fields["owner"] = forms.TypedChoiceField(
            label=pgettext_lazy("of a task", "Owner"),
            choices=[("", _("Nobody yet")), *known.items()],
            coerce=int,
            empty_value=None,
            required=False,
            initial=condition.owner_id,
        )
        self.fields["due_on"] = DayField(
            subject=_("Due date"), ask=_("Enter the due date"), initial=condition.due_on.isoformat()
        )
        self.fields["state"] = forms.ChoiceField(
            label=_("State"), choices=Condition.State.choices, initial=condition.state
        )
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "due_on" else "form-select"


class ExceptionForm(forms.Form):
    """The reason to build a group against the verdict."""

    reason = forms.CharField(
        label=_("Why build it all the same?"),
        help_text=_("At least 20 characters; goes on record"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        max_length=2000,
        validators=[ProhibitNullCharactersValidator()],
        error_messages={"required": _("Enter the reason")},
    )

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"].strip()
        if len(reason) < SHORTEST_REASON:
            raise forms.ValidationError(_("The reason must have at least 20 characters"), "short")
        return reason


class RegisterForm(forms.Form):
    """One or several groups from a verdict: what is not in the plan. `most` = groups that may be made at once."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Group name"),
        max_length=120,
        validators=[ProhibitNullCharactersValidator()],
        error_messages={"required": _("Enter the group's name")},
    )
    owner = forms.TypedChoiceField(
        label=_("Owner"),
        coerce=int,
        error_messages={"required": _("Select an owner"), "invalid_choice": GONE["owner"]},
        widget=forms.Select,
    )
    opened_on = DayField(subject=_("Opening day"), ask=_("Enter the opening day"))

    def __init__(self, people: People, most: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        known = self.get_initial_for_field(self.fields["owner"], "owner") in dict(people)
        self.fields["owner"].choices = list(people) if known else [("", _("Choose")), *people]
        if most > 1:
            self.fields["count"] = NumberField(
                label=_("How many groups now?"),
                help_text=_("With several, each gets a number behind its name"),
                subject=_("The number of groups"),
                ask=_("Enter how many groups"),
                places=0,
                least=1,
                most=most,
            )
            self.order_fields(["name", "count", "owner", "opened_on"])
