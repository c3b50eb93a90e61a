"""Says in the reader's language why a file or a cell was refused, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Words = str | Promise

FILES: dict[str, Words] = {
    "empty_file": _("This file is empty. Export it again and upload the new one."),
    "only_header": _("This file has a header and no rows below it. Check the period that you exported."),
    "picture": _("This is a picture, whatever its name says. Export the figures as .xlsx or .csv."),
    "pdf": _("This is a PDF. Export the figures as .xlsx or .csv."),
    "web_page": _(
        "This is a web page saved with the name of a workbook. Open it in Excel or WPS and save it as “Excel workbook "
        "(.xlsx)”."
    ),
    "old_workbook": _("This is a workbook in the old .xls format. Open it and save it as “Excel workbook (.xlsx)”."),
    "encrypted_workbook": _("This workbook has a password. Save a copy without a password."),
    "macro_workbook": _("This workbook contains macros. Save it as “Excel workbook (.xlsx)” without macros."),
    "numbers_file": _("This is a Numbers file. In Numbers choose Export, then Excel or CSV."),
    "broken_workbook": _("This workbook is damaged. Open it in Excel or WPS, save it again and upload the new file."),
    "broken_archive": _("This archive is damaged or incomplete. Download or export it again."),
    "encrypted_archive": _("This archive has a password. Pack it again without one."),
    "unknown_archive": _("This archive holds none of the exports that can be read here (Slack workspace export)."),
    "unknown_json": _("This JSON file is no Telegram Desktop export (result.json)."),
    "unknown_file": _("This file is neither a table nor a known chat export. Use .xlsx, .csv, .zip or .json."),
    "broken_export": _("The export is damaged at “{name}”. Export it again."),
    "no_messages": _("This export holds no messages of groups."),
    "bomb": _("Unpacked, this file would be far too large. Split it into smaller periods."),
    "too_heavy": _("This file takes too much memory or time to read. Split it into smaller periods."),
    "too_large_file": _("This file is larger than {most} MB. Split it into smaller periods."),
    "too_many_rows": _("This file has more than {most} rows. Split it into smaller periods."),
    "too_many_columns": _("This table has more than {most} columns. Keep only the needed ones."),
    "too_many_sheets": _("This workbook has more than {most} sheets. Keep only the one with the figures."),
    "broken_encoding": _(
        "Line {line} is damaged: its characters fit no encoding. Save the file as CSV UTF-8 or .xlsx."
    ),
    "unsure_encoding": _("The characters of this file cannot be told for sure. Save it as CSV UTF-8 or .xlsx."),
    "broken_csv": _("The text cannot be split into columns at line {line}; perhaps a quotation mark is missing."),
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
    "no_owner": _("The person who uploaded this file no longer exists. Upload it again."),
    "gave_up": _("Reading this file failed three times. It is kept for 30 days; tell your administrator."),
    "interrupted": _("Reading was interrupted. Nothing was written; start it again."),
    "unreadable": _("This file has a shape that we did not expect ({fault}, {at}). Tell your administrator."),
}

CELLS: dict[str, tuple[Words, Words]] = {
    "no_group": (_("No group"), _("Fill in the group's id or name.")),
    "no_member": (_("No member"), _("Fill in the member's id.")),
    "no_date": (_("No date"), _("Fill in a date such as 2026-11-22.")),
    "bad_date": (_("No such date"), _("Write it as year-month-day, such as 2026-11-22.")),
    "future_date": (_("A day that has not come yet"), _("Check the year.")),
    "old_date": (_("A day before 1990"), _("Check the year.")),
    "no_counts": (_("No figures in this row"), _("Fill in at least one figure, or delete the row.")),
    "not_a_number": (_("Not a number"), _("Write digits only, such as 1200.")),
    "negative": (_("Less than zero"), _("Counts start at 0.")),
    "not_whole": (_("Not a whole number"), _("Write a whole number.")),
    "too_large": (_("Too large"), _("Check the number.")),
    "too_precise": (_("More than two decimals"), _("Write yuan with at most two decimals.")),
    "id_lost_digits": (
        _("The spreadsheet has cut digits off this id"),
        _("Format the column as text and paste the ids again."),
    ),
    "control_character": (_("Invisible control characters"), _("Type the text again.")),
    "broken_text": (_("Broken characters"), _("Type the text again.")),
    "too_long": (_("Too long"), _("Keep it within 120 characters.")),
    "too_many_cells": (_("More cells than the header has columns"), _("A comma inside a name needs quotation marks.")),
    "unknown_platform": (_("Unknown platform"), _("Use a name from the list of platforms, or leave it empty.")),
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
