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
    "unknown_archive": _("This archive holds none of the exports that can be read here."),
    "unknown_json": _("This JSON file is none of the exports that can be read here."),
    "unknown_file": _("This file is neither a table nor a known chat export. Use .xlsx, .csv, .zip or .json."),
    "broken_export": _("The export is damaged at “{name}”. Export it again."),
    "no_messages": _("This export holds no messages of groups."),
    "which_day_order": _(
        "This chat does not tell whether “{date}” begins with the day or with the month. Export a longer part of it, "
        "in which a day after the 12th occurs."
    ),
    "chat_not_named": _(
        "This file does not say which group it is from. Give it the name of the group, pack it into a .zip and upload "
        "that."
    ),
    "owner_level": _(
        "These are figures of an owner, or of all groups together, and not of single groups: WeCom does not count by "
        "group. Nothing was read. Import figures by group from your SCRM, or enter those of a group by hand."
    ),
    "no_sender_column": _(
        "This table does not say who sent a message: the column “Sender” is missing. Export the group again with it."
    ),
    "several_chats": _("This table holds several chats whose groups cannot be told. Export each group by itself."),
    "topics_without_stream": _(
        "These topics of Zulip do not say which channel they are from. Pack the folder of the channel, such as "
        "“42-general”, into a .zip and upload that."
    ),
    "private_chat": _("This is a chat between two people, not one of a group. Nothing was read from it."),
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
    "refund_before_order": (_("Given back before it was paid"), _("Check both days.")),
    "refund_too_large": (_("More was given back than was paid"), _("Check both amounts.")),
    "order_said_otherwise": (
        _("A row above gives this order another amount"),
        _("Keep the amount that was paid in one of the rows."),
    ),
    "no_counts": (_("No figures in this row"), _("Fill in at least one figure, or delete the row.")),
    "threads_missing": (
        _("Replies in threads are not part of this export"),
        _("They are not counted. For all messages import the workspace export."),
    ),
    "row_cut": (_("Part of this row is missing"), _("Export it again.")),
    "names_only": (
        _("This kind of export names people but gives no ids"),
        _("Two people of one name count as one, and somebody who changes their name as two. Keep that in mind."),
    ),
    "own_lines_not_understood": (
        _("Who joined and who left cannot be read in the language of this export"),
        _("Joins and leaves stay unknown. Set the phone to a language such as English or Chinese and export again."),
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
    "slack_history": _("Slack channel history"),
    "telegram": _("Telegram Desktop export"),
    "whatsapp": _("WhatsApp chat"),
    "discord": _("Discord channel export"),
    "wechat": _("WeChat group messages"),
    "qq": _("QQ chat history"),
    "gitter": _("Gitter archive"),
    "zulip": _("Zulip export"),
    "api": _("Connected system (API)"),
}

NOTES = frozenset({"names_only", "own_lines_not_understood", "threads_missing"})  # of the file, not of a row


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
