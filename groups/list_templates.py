"""An empty list of groups to fill in, with the headers that an import knows, as CSV or XLSX."""

from __future__ import annotations

import csv
import io
from datetime import date

import xlsxwriter
from django.utils.translation import gettext as _

from groups.list_forms import FIELDS
from groups.models.group import Layer, Platform
from groups.rules.safe_cells import safe_cell
from groups.sheets.group_list import LIMITS

DAYS = ("opened_on", "ends_on")


def template(file_type: str) -> bytes:
    """The file, in the language of the person; below its header it is empty, so that no example is imported."""
    return _WRITERS[file_type]()


def hints() -> dict[str, tuple[str, str]]:
    """What to write in each column, and an example."""
    platforms, layers = (", ".join(str(label) for label in kind.labels) for kind in (Platform, Layer))
    day = date(2026, 9, 1).isoformat()
    return {
        "name": (_("Needed in every row, up to 120 characters"), _("Mothers east A")),
        "platform": (_("One of: %(words)s") % {"words": platforms}, str(Platform.WECOM.label)),
        "external_id": (_("The id that the platform gives the group, as text"), "wrOgQhDgAAcwMTB7YmDkbeBsAAAA"),
        "owner": (_("Name or user name of somebody who works in the team; empty: you"), _("Li Wei")),
        "team": (_("One of your teams; empty: the one that you choose for the file"), ""),
        "layer": (_("One of: %(words)s") % {"words": layers}, str(Layer.MASS.label)),
        "tags": (_("Separated by commas or spaces"), _("mothers, east")),
        "opened_on": (_("Needed for groups that are new"), day),
        "ends_on": (_("Empty for a group without an end"), date(2027, 3, 31).isoformat()),
        "member_cap": (_("A whole number"), "500"),
        "theme": ("", _("Early learning")),
        "notes": (_("Up to 4,000 characters"), ""),
        "upstream": (_("The name of another group of the team"), ""),
    }


def _csv() -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([safe_cell(str(label)) for label in FIELDS.values()])
    return text.getvalue().encode("utf-8-sig")


def _xlsx() -> bytes:
    """The first sheet is the list; the second says what goes where, and its headers name no field."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        text = book.add_format({"num_format": "@"})
        sheet, words = book.add_worksheet(_("Groups")), book.add_worksheet(_("How to fill it in"))
        sheet.freeze_panes(1, 1)
        told = hints()
        for at, (key, label) in enumerate(FIELDS.items()):
            sheet.set_column(at, at, 18, day if key in DAYS else text)
            sheet.write_string(0, at, str(label), bold)
            if key in ("platform", "layer"):
                choices = [str(word) for word in (Platform if key == "platform" else Layer).labels]
                sheet.data_validation(
                    1, at, LIMITS.rows, at, {"validate": "list", "source": choices, "error_type": "warning"}
                )
            words.write_row(at + 1, 0, [str(label), *told[key]])
        words.write_row(0, 0, [_("What it is"), _("What to write"), _("Example")], bold)
        words.set_column(0, 0, 20)
        words.set_column(1, 1, 80)
        words.set_column(2, 2, 34)
    return out.getvalue()


_WRITERS = {"csv": _csv, "xlsx": _xlsx}
