"""Forms beside a group: a note, a file, and the end of the group."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.fields import DayField
from groups.models import Group
from groups.names import shown_file_name
from groups.rules.file_kinds import MOST_BYTES, RECEIPT_KINDS, FileNotTaken, kind_of

FILE_PROBLEMS = {
    "empty": _("This file is empty"),
    "too_large": _("The file must be smaller than 10 MB"),
    "unknown_ending": _("Choose a PDF, a picture (PNG, JPG, WEBP) or a table (XLSX, CSV)"),
    "other_content": _("The content of this file is not what its name says; save it anew and try again"),
    "too_many": _("A group holds 50 files at most; remove one first"),
}


class NoteForm(forms.Form):
    """A remark; `token` makes a second submit a no-op."""

    text = forms.CharField(
        label=_("New note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the note")},
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"token": uuid4()}, **kwargs)


class FileForm(forms.Form):
    """A file; its kind is checked where it is written."""

    file = forms.FileField(
        label=_("New file"),
        help_text=_("PDF, picture or table, up to 10 MB"),
        error_messages={"required": _("Choose a file"), "empty": FILE_PROBLEMS["empty"]},
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp,.xlsx,.csv,.txt"}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, initial={"token": uuid4()}, **kwargs)
        if too_large:
            self.fields["file"].error_messages["required"] = FILE_PROBLEMS["too_large"]


RECEIPT_PROBLEMS = FILE_PROBLEMS | {
    "unknown_ending": _("Choose a PDF, a picture (PNG, JPG, WEBP) or an XLSX table"),
    "too_many": _("A line holds 5 receipts at most; remove one first"),
}


class ReceiptField(forms.FileField):
    """A receipt, checked before anything is written: a line is not entered without the one that came with it.

    In a form it stands last: of an upload that is too large, only what was sent before it arrives.
    """

    too_large = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            help_text=_("PDF, picture or XLSX table, up to 10 MB"),
            error_messages={"required": _("Choose a file"), "empty": FILE_PROBLEMS["empty"]},
            widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp,.xlsx"}),
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        if self.too_large:
            raise ValidationError(RECEIPT_PROBLEMS["too_large"], "too_large")
        file = super().clean(data, initial)
        if file:
            self._check(file)
        return file

    def _check(self, file: Any) -> None:
        if file.size > MOST_BYTES:
            raise ValidationError(RECEIPT_PROBLEMS["too_large"], "too_large")
        try:
            kind_of(shown_file_name(file.name, longest=300), b"".join(file.chunks()), RECEIPT_KINDS)
        except FileNotTaken as refused:
            raise ValidationError(RECEIPT_PROBLEMS[refused.code], refused.code) from None


class ReceiptForm(forms.Form):
    """The receipt of a line that stands; `token` makes a second submit a no-op."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    receipt = ReceiptField(label=_("New receipt"))

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, initial={"token": uuid4()}, **kwargs)
        self.fields["receipt"].too_large = too_large


def ask_for_receipt_again(form: forms.Form) -> None:
    """A browser sends a chosen file once: where a form comes back for another reason, say that the file is gone."""
    if form.errors and "receipt" in form.files and "receipt" not in form.errors:
        sentence = _("Choose the receipt again; the other entries are kept, a file is not")
        form.add_error("receipt", ValidationError(sentence, "again"))


class ClosingForm(forms.Form):
    """On which day the group ended, and why."""

    on = DayField(subject=_("Closing day"), ask=_("Enter the day the group ended"), label=_("Closed on"))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, error_messages={"required": _("Say why the group is closed")}
    )

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate()}, **kwargs)
        self.group = group

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise ValidationError(_("Closing day must not be after today"), "future")
        if on < self.group.opened_on:
            raise ValidationError(_("Closing day must not be before the day the group opened"), "early")
        return on


class GoalForm(forms.Form):
    """On which day the group did what it was made for, and by what one sees that."""

    on = DayField(subject=_("The day"), ask=_("Enter the day the goal was met"), label=_("Goal met on"))
    reason = forms.CharField(
        label=_("Evidence"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("By what one sees it: the figure, the result, who confirmed it"),
        error_messages={"required": _("Write by what one sees that the goal is met")},
    )

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate()}, **kwargs)
        self.group = group

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise ValidationError(_("The day must not be after today"), "future")
        if on < self.group.opened_on:
            raise ValidationError(_("The day must not be before the day the group opened"), "early")
        return on


class ReasonForm(forms.Form):
    """Why something is taken back or put away."""

    reason = forms.CharField(label=_("Reason"), max_length=500, error_messages={"required": _("Say why")})
