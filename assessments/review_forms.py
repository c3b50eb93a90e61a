"""The form of a review: does the activity serve the goal, what follows, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from assessments.models import Review
from assessments.models.reviews import SHORTEST_NOTE


class ReviewForm(forms.Form):
    """A note is needed unless all is well and stays as it is."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    serves = forms.ChoiceField(
        label=_("Does the activity serve the goal?"),
        choices=Review.Serves.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select whether the activity serves the goal")},
    )
    decision = forms.ChoiceField(
        label=_("What follows?"),
        choices=Review.Decision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what follows")},
    )
    note = forms.CharField(
        label=_("What did you see, what changes?"),
        help_text=_("6 to 400 characters; may be empty if the activity serves the goal and all stays as it is"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=400,
        required=False,
        validators=[ProhibitNullCharactersValidator()],
        error_messages={"max_length": _("The note must have at most 400 characters")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        well = (values.get("serves"), values.get("decision")) == (Review.Serves.YES, Review.Decision.KEEP)
        chosen = "serves" in values and "decision" in values
        if chosen and not well and "note" in values and len(values["note"].strip()) < SHORTEST_NOTE:
            self.add_error("note", forms.ValidationError(_("Write in at least 6 characters what you saw"), "short"))
        return values
