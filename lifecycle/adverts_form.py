"""The form of what counts as an advert in a group: a word or a link on each line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LINES, SHORTEST, LONGEST = 50, 2, 60


class WordLines(forms.CharField):
    """Lines of a text, each once, without blanks around them."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 5, "spellcheck": "false"})
        super().__init__(required=False, max_length=LINES * (LONGEST + 2), widget=widget, **kwargs)

    def clean(self, value: Any) -> list[str]:
        lines = list(dict.fromkeys(" ".join(line.split()) for line in super().clean(value).splitlines()))
        words = [line for line in lines if line]
        for word in words:
            if not SHORTEST <= len(word) <= LONGEST:
                raise ValidationError(
                    _("Write 2 to 60 characters on each line; “%(word)s” has %(n)s"),
                    params={"word": word[:LONGEST], "n": len(word)},
                )
        if len(words) > LINES:
            raise ValidationError(_("Write 50 lines at most"))
        return words


class AdvertsForm(forms.Form):
    words = WordLines(
        label=_("A message with one of these is an advert"),
        help_text=_("One word or link on each line; case and full width make no difference"),
    )
    exceptions = WordLines(
        label=_("But not where it stands in one of these"),
        help_text=_("For example “voucher rules”, if “voucher” is listed above"),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("exceptions") and not said.get("words") and "words" not in self.errors:
            self.add_error("words", _("Name at least one word, or take the exceptions out"))
        return said
