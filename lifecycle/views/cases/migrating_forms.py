"""Forms of the page on which people are moved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.fields import DayField
from groups.models import Group, User
from groups.paper_forms import FILE_PROBLEMS
from lifecycle.cases.targets import open_to
from lifecycle.cases.wording.reasons import REFUSALS
from lifecycle.models import Case

CODE_PROBLEMS = FILE_PROBLEMS | {
    "unknown_ending": _("Choose a picture (PNG, JPG, WEBP)"),
    "too_large": _("Choose a picture of less than 5 MB"),
    "no_picture": _("This picture cannot be opened; take a new screenshot and try again"),
}


class TargetForm(forms.Form):
    """A group of ours, or a theme that is new. `version` is that of the case as the person saw it."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    target = forms.ModelChoiceField(
        queryset=Group.objects.none(), required=False, error_messages={"invalid_choice": REFUSALS["target_unfit"]}
    )
    theme = forms.CharField(label=_("A new theme"), max_length=120, required=False)

    def __init__(self, *args: Any, user: User, case: Case, theme: str = "", **kwargs: Any) -> None:
        initial = {"version": case.version, "theme": theme}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["target"].queryset = open_to(user, case)


class CodeForm(forms.Form):
    """The picture of the code of the target, and until when it lets people in."""

    use_required_attribute = False
    picture = forms.FileField(
        label=_("Picture of the group's code"),
        help_text=_("PNG, JPG or WEBP, up to 5 MB; it is drawn anew and kept encrypted"),
        error_messages={"required": _("Choose the picture of the code"), "empty": FILE_PROBLEMS["empty"]},
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.webp"}),
    )
    until = DayField(
        subject=_("Last day of the code"),
        ask=_("Enter the last day of the code"),
        help_text=_("A group code of WeCom lasts 7 days; the day stands under it"),
    )

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if too_large:
            self.fields["picture"].error_messages["required"] = CODE_PROBLEMS["too_large"]
