"""The form of an upload: which file, for which team, and from when to when the source was watching."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from groups.access import team_roles
from groups.fields import DayField
from groups.models import Team, User
from groups.models.group import Platform
from groups.sheets.archives import is_gzip
from groups.sheets.limits import MB, UPLOAD
from groups.sheets.refusal import FileRefused
from lifecycle.coverage import Asked
from lifecycle.import_words import file_problem
from lifecycle.sources.recognition import shape_of


class UploadForm(forms.Form):
    """Checks size and kind before anything is kept. `too_large` tells that the upload was cut off on its way."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), empty_label=None)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Daily figures (.xlsx or .csv), or chats exported from WeChat, QQ, WhatsApp, Telegram, Slack, Discord, "
            "Gitter or Zulip, as they come or as .gz. "
            "Up to 20 MB and 200,000 rows. Of chats only counts are kept, never texts."
        ),
        error_messages={"required": _("Choose a file"), "empty": file_problem("empty_file", {})},
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.xlsx,.zip,.json,.gz,.tar,.tgz,.txt"}),
    )
    platform = forms.ChoiceField(
        choices=[("", _("As the file says")), *Platform.choices], required=False, label=_("Platform")
    )
    observed_from = DayField(
        subject=_("First day watched"),
        required=False,
        help_text=_("Leave both empty for a chat export, or if you do not know."),
    )
    observed_until = DayField(subject=_("Last day watched"), required=False)

    def __init__(self, *args: Any, user: User, today: date, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.too_large = today, too_large
        teams = Team.objects.filter(pk__in=list(team_roles(user))).order_by("name")
        self.fields["team"].queryset = teams
        if len(teams) == 1:
            self.fields["team"].initial = teams[0]
            self.fields["team"].widget = forms.HiddenInput()
        if too_large:
            self.fields["file"].error_messages["required"] = _too_large()
            for name in ("team", "platform", "observed_from", "observed_until"):
                self.fields[name].required = False  # they may have been cut off with the file

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(_too_large())
        with tempfile.TemporaryDirectory(prefix="upload-") as folder:
            path = Path(folder) / "upload"
            with path.open("wb") as copy:
                for chunk in file.chunks():
                    copy.write(chunk)
            try:
                if not is_gzip(path):
                    shape_of(path, UPLOAD)
            except FileRefused as refused:
                raise ValidationError(file_problem(refused.code, refused.figures), refused.code) from refused
        return file

    def clean_observed_until(self) -> date | None:
        last = self.cleaned_data["observed_until"]
        if last and last > self.today:
            raise ValidationError(_("The last day watched cannot lie ahead"))
        return last

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("observed_from"), self.cleaned_data.get("observed_until")
        if first and last and first > last:
            self.add_error("observed_until", _("The last day watched cannot be before the first"))
        return self.cleaned_data

    def asked(self) -> Asked:
        return Asked(self.cleaned_data["observed_from"], self.cleaned_data["observed_until"])


def _too_large() -> Any:
    return file_problem("too_large_file", {"most": settings.UPLOAD_MAX_BYTES // MB})
