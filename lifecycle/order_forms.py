"""Forms of orders: the upload of a file, and a rule that puts orders down to a group."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.access import team_roles
from groups.fields import DayField
from groups.list_forms import ColumnsForm
from groups.models import AttributionRule, Group, Team, User
from groups.models.orders import Shop
from groups.rules.amounts import plain
from groups.sheets.archives import is_gzip
from groups.sheets.limits import MB, UPLOAD
from groups.sheets.refusal import FileRefused
from lifecycle.import_words import file_problem
from lifecycle.sources.order_sheet import SYNONYMS
from lifecycle.sources.recognition import Shape, shape_of

CHOOSE = ("", pgettext_lazy("choice", "Choose"))
PHONE = re.compile(r"(?:\+?86)?(1[0-9]{10})", re.ASCII)


class OrderUploadForm(forms.Form):
    """Checks size and kind of the file before it is kept; a worker reads it."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), empty_label=None)
    shop = forms.ChoiceField(
        label=_("Shop system"),
        choices=[CHOOSE, *Shop.choices],
        error_messages={"required": _("Select the shop system; order numbers are told apart by it")},
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "The export of orders, .csv or .xlsx, up to 20 MB. Names and addresses are not read, phone numbers only "
            "as a code that cannot be turned back; the file is kept, encrypted, only until it is read."
        ),
        error_messages={"required": _("Choose a file"), "empty": file_problem("empty_file", {})},
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.gz,.txt"}),
    )

    def __init__(self, *args: Any, user: User, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.filter(pk__in=list(team_roles(user))).order_by("name")
        self.fields["team"].queryset = teams
        if len(teams) == 1:
            self.fields["team"].initial = teams[0]
            self.fields["team"].widget = forms.HiddenInput()
        if too_large:
            self.fields["file"].error_messages["required"] = _too_large()
            for name in ("team", "shop"):
                self.fields[name].required = False  # they may have been cut off with the file

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(_too_large())
        with tempfile.TemporaryDirectory(prefix="orders-") as name:
            path = Path(name) / "upload"
            path.write_bytes(b"".join(file.chunks()))
            try:
                if not is_gzip(path) and shape_of(path, UPLOAD) not in (Shape.WORKBOOK, Shape.TEXT):
                    raise FileRefused("no_order_sheet")
            except FileRefused as refused:
                raise ValidationError(file_problem(refused.code, refused.figures), refused.code) from refused
        return file


def _too_large() -> Any:
    return file_problem("too_large_file", {"most": settings.UPLOAD_MAX_BYTES // MB})


ORDER_FIELDS: dict[str, str | Promise] = {
    "number": _("Order number"),
    "amount": _("Amount paid for the order"),
    "item_amount": _("Amount paid for the item"),
    "paid": _("Paid on"),
    "ordered": _("Ordered on"),
    "status": _("Status"),
    "refund": _("Amount given back"),
    "refunded": _("Given back on"),
    "coupon": _("Coupon"),
    "distributor": _("Distributor"),
    "shop_point": _("Shop point"),
    "group_key": _("Mini-program group id"),
    "phone": _("Buyer's phone"),
}
assert ORDER_FIELDS.keys() == SYNONYMS.keys()


class OrderColumnsForm(ColumnsForm):
    """The columns of a file of orders; the number, an amount and a day must be among them."""

    what = ORDER_FIELDS
    needed = (
        (frozenset({"number"}), _("Choose the column with the order number")),
        (frozenset({"amount", "item_amount"}), _("Choose the column with the amount paid")),
        (frozenset({"paid", "ordered"}), _("Choose the column with the day of payment or of the order")),
    )


class RuleForm(forms.Form):
    """What a manager fills in; `group` is one of the teams that the person leads."""

    kind = forms.ChoiceField(
        label=_("Orders are told by"),
        choices=[CHOOSE, *AttributionRule.Kind.choices],
        error_messages={"required": _("Select what the orders are told by")},
    )
    pattern = forms.CharField(
        label=_("Exactly this text"),
        max_length=120,
        help_text=_("As it stands in the file of orders, letter by letter"),
        error_messages={"required": _("Enter the text that the orders carry")},
    )
    group = forms.ModelChoiceField(
        Group.objects.none(), label=_("Group"), error_messages={"required": _("Select the group")}
    )
    valid_from = DayField(subject=_("First day"), label=_("From day"))
    valid_until = DayField(
        subject=_("Last day"), label=_("Until day"), required=False, help_text=_("Empty: until it is withdrawn")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Group.objects.led_by(user).filter(archived_at=None)
        self.fields["group"].queryset = groups.order_by("sort_key", "name", "pk")

    def clean_pattern(self) -> str:
        return " ".join(self.cleaned_data["pattern"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", ValidationError(_("Last day must not be before the first"), "order"))
        if cleaned.get("kind") == AttributionRule.Kind.PHONE and cleaned.get("pattern"):
            phone = PHONE.fullmatch(plain(cleaned["pattern"]).replace("-", ""))
            if phone is None:
                self.add_error("pattern", ValidationError(_("A mobile number has 11 digits"), "phone"))
            else:
                cleaned["pattern"] = phone[1]
        return cleaned
