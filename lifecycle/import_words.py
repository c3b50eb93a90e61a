"""Says in the reader's language why a file or a cell was refused, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from groups import file_words
from groups.file_words import Words

FILES: dict[str, Words] = file_words.FILES | {
    "only_header": _("This file has a header and no rows below it. Check the period that you exported."),
    "picture": _("This is a picture, whatever its name says. Export the figures as .xlsx or .csv."),
    "pdf": _("This is a PDF. Export the figures as .xlsx or .csv."),
    "numbers_file": _("This is a Numbers file. In Numbers choose Export, then Excel or CSV."),
    "unknown_archive": _("This archive holds none of the exports that can be read here (Slack workspace export)."),
    "unknown_json": _("This JSON file is no Telegram Desktop export (result.json)."),
    "unknown_file": _("This file is neither a table nor a known chat export. Use .xlsx, .csv, .zip or .json."),
    "broken_export": _("The export is damaged at “{name}”. Export it again."),
    "no_messages": _("This export holds no messages of groups."),
    "bomb": _("Unpacked, this file would be far too large. Split it into smaller periods."),
    "too_heavy": _("This file takes too much memory or time to read. Split it into smaller periods."),
    "too_large_file": _("This file is larger than {most} MB. Split it into smaller periods."),
    "too_many_rows": _("This file has more than {most} rows. Split it into smaller periods."),
    "too_many_sheets": _("This workbook has more than {most} sheets. Keep only the one with the figures."),
    "no_header": _(
        "None of the first 10 rows names a group and a date. Name the columns, for example “group_id” and “date”."
    ),
    "no_order_sheet": _(
        "This is no table of orders: none of the first 10 rows names an order number, an amount and a day. Export the "
        "orders of your shop system as .csv or .xlsx, with its own headers."
    ),
    "no_count_columns": _("There is no column with figures, for example “messages” or “members”."),
    "bad_coverage": _("Row {line} of the coverage sheet cannot be read."),
    "which_platform": _("The group “{group}” is registered on several platforms. Say which one this file is from."),
    "same_group_twice": _(
        "Two groups of this file mean the same registered group, one of them “{group}”. Put it down otherwise."
    ),
    "no_owner": _("The person who uploaded this file no longer exists. Upload it again."),
    "gave_up": _("Reading this file failed three times. It is kept for 30 days; tell your administrator."),
    "interrupted": _("Reading was interrupted. Nothing was written; start it again."),
}

CELLS: dict[str, tuple[Words, Words]] = file_words.CELLS | {
    "no_group": (_("No group"), _("Fill in the group's id or name.")),
    "no_member": (_("No member"), _("Fill in the member's id.")),
    "no_order_number": (_("No order number"), _("Export the orders again with their numbers.")),
    "no_amount": (_("No amount"), _("Fill in what was paid, such as 499.00; 0 if nothing was.")),
    "amount_not_final": (
        _("The shop system is still working this amount out"),
        _("Export the order again once it is settled; the other rows can be imported now."),
    ),
    "refund_not_told": (
        _("The order was closed, and nothing says what was given back"),
        _("Add the refunded amount in a column “refund”, 0 if nothing was given back."),
    ),
    "refund_too_large": (_("More was given back than was paid"), _("Check both amounts.")),
    "order_said_otherwise": (
        _("A row above gives this order another amount"),
        _("Keep the amount that was paid in one of the rows."),
    ),
    "no_counts": (_("No figures in this row"), _("Fill in at least one figure, or delete the row.")),
    "said_again_below": (
        _("A later row says something else for the same day"),
        _("The last row was taken. Delete one of them."),
    ),
}


KINDS: dict[str, Words] = {
    "manual": _("Entered by hand"),
    "daily": _("Daily figures"),
    "member_days": _("Messages by member and day"),
    "slack": _("Slack workspace export"),
    "telegram": _("Telegram Desktop export"),
}


def kind_name(kind: str) -> Words:
    """What a kind of file is called; empty while nobody has looked into it."""
    return KINDS.get(kind, kind)


def file_problem(code: str, figures: Mapping[str, Any]) -> Words:
    """Why the file was refused and what to do; the code itself where it is not known here."""
    words = FILES.get(code)
    return format_lazy(words, **figures) if words else code


def cell_problem(code: str) -> tuple[Words, Words]:
    """What is wrong with a cell, and how to mend it."""
    return CELLS.get(code, (code, ""))
