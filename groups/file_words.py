"""Says in the reader's language why a table or a cell was refused, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Words = str | Promise

FILES: dict[str, Words] = {
    "empty_file": _("This file is empty. Export it again and upload the new one."),
    "web_page": _(
        "This is a web page saved with the name of a workbook. Open it in Excel or WPS and save it as “Excel workbook "
        "(.xlsx)”."
    ),
    "old_workbook": _("This is a workbook in the old .xls format. Open it and save it as “Excel workbook (.xlsx)”."),
    "encrypted_workbook": _("This workbook has a password. Save a copy without a password."),
    "macro_workbook": _("This workbook contains macros. Save it as “Excel workbook (.xlsx)” without macros."),
    "broken_workbook": _("This workbook is damaged. Open it in Excel or WPS, save it again and upload the new file."),
    "broken_archive": _("This archive is damaged or incomplete. Download or export it again."),
    "encrypted_archive": _("This archive has a password. Pack it again without one."),
    "too_many_columns": _("This table has more than {most} columns. Keep only the needed ones."),
    "broken_encoding": _(
        "Line {line} is damaged: its characters fit no encoding. Save the file as CSV UTF-8 or .xlsx."
    ),
    "unsure_encoding": _("The characters of this file cannot be told for sure. Save it as CSV UTF-8 or .xlsx."),
    "broken_csv": _("The text cannot be split into columns at line {line}; perhaps a quotation mark is missing."),
    "unreadable": _("This file has a shape that we did not expect ({fault}, {at}). Tell your administrator."),
}

CELLS: dict[str, tuple[Words, Words]] = {
    "no_date": (_("No date"), _("Fill in a date such as 2026-11-22.")),
    "bad_date": (_("No such date"), _("Write it as year-month-day, such as 2026-11-22.")),
    "future_date": (_("A day that has not come yet"), _("Check the year.")),
    "old_date": (_("A day before 1990"), _("Check the year.")),
    "not_a_number": (_("Not a number"), _("Write digits only, such as 1200.")),
    "negative": (_("Less than zero"), _("Counts start at 0.")),
    "not_whole": (_("Not a whole number"), _("Write a whole number.")),
    "too_large": (_("Too large"), _("Check the number.")),
    "too_precise": (_("More than two decimals"), _("Write the amount with at most two decimals.")),
    "id_lost_digits": (
        _("The spreadsheet has cut digits off this id"),
        _("Format the column as text and paste the ids again."),
    ),
    "control_character": (_("Invisible control characters"), _("Type the text again.")),
    "broken_text": (_("Broken characters"), _("Type the text again.")),
    "too_long": (_("Too long"), _("Keep it within 120 characters.")),
    "too_many_cells": (_("More cells than the header has columns"), _("A comma inside a name needs quotation marks.")),
    "unknown_platform": (_("Unknown platform"), _("Use a name from the list of platforms, or leave it empty.")),
}

# Of a list of groups.
LIST_FILES: dict[str, Words] = FILES | {
    "only_header": _("This file has a header and no rows below it. Export it again."),
    "picture": _("This is a picture, whatever its name says. Export the list as .xlsx or .csv."),
    "pdf": _("This is a PDF. Export the list as .xlsx or .csv."),
    "unknown_archive": _("This archive is no table. Unpack it and upload the .xlsx or .csv inside."),
    "unknown_file": _("This file is no table. Use .xlsx or .csv."),
    "bomb": _("Unpacked, this file would be far too large. Split it into smaller lists."),
    "too_heavy": _("This file takes too much memory or time to read. Split it into smaller lists."),
    "too_large_file": _("This file is larger than {most} MB. Split it into smaller lists."),
    "too_many_rows": _("This file has more than {most} rows. Split it into smaller lists."),
    "too_many_sheets": _("This workbook has more than {most} sheets. Keep only the one with the list."),
    "no_header": _("No header was found in this file. Put the names of the columns in its first row."),
    "gave_up": _("Reading this file failed three times. Tell your administrator, then upload it again."),
    "gone": _("The rows of this list were deleted after 30 days, before they were imported. Upload the file again."),
}

LIST_CELLS: dict[str, tuple[Words, Words]] = CELLS | {
    "no_name": (_("No group name"), _("Fill in the name of the group.")),
    "no_platform": (_("No platform"), _("Fill in the platform, or choose one for the whole file.")),
    "no_date": (_("No opening day"), _("Fill in the day the group opened, such as 2026-11-22.")),
    "unknown_team": (_("No team of yours has this name"), _("Use the name of one of your teams.")),
    "unknown_owner": (_("Nobody of this name works in the team"), _("Use the name of somebody who works in the team.")),
    "which_owner": (_("Several people have this name"), _("Write the user name instead.")),
    "unknown_layer": (_("Unknown layer"), _("Use mass, course or vip, or leave it empty.")),
    "no_cap": (_("A cap of no members"), _("Write a number from 1 to 1,000,000.")),
    "ends_early": (_("The end is not after the beginning"), _("Check both days.")),
    "unknown_parent": (_("No group of the team has this name"), _("Register it first, or add a row for it.")),
    "which_parent": (_("Several groups have this name"), _("Leave it empty and choose the group on its page.")),
    "own_parent": (_("A group cannot feed itself"), _("Name another group, or leave it empty.")),
    "circle": (_("The members would come from the group itself"), _("Name another group, or leave it empty.")),
    "which_group": (_("Several groups have this name"), _("Add the id on the platform or the owner.")),
    "said_twice": (_("The same group stands in an earlier row"), _("Delete one of the rows.")),
}


def list_problem(code: str, figures: Mapping[str, Any]) -> Words:
    """Why a list was refused and what to do; the code itself where it is not known here."""
    words = LIST_FILES.get(code)
    return format_lazy(words, **figures) if words else code


def row_problem(code: str) -> tuple[Words, Words]:
    """What is wrong with a cell of a list, and how to mend it."""
    return LIST_CELLS.get(code, (code, ""))
