"""What the API answers when it refuses: `{"error": {"code", "message", "fields"}}`, in the language of the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import JsonResponse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from groups.sheets.refusal import VALUE_KEPT
from lifecycle.import_words import CELLS

Words = str | Promise
FIELDS_SHOWN = 100
SECRET_FIELDS = ("member", "phone")  # never told back, since answers may be logged on the way

MESSAGES: dict[str, Words] = {
    "no_token": _("Send the access token in the header “Authorization: Bearer …”."),
    "wrong_token": _("This token is unknown, expired or revoked. Ask an administrator for a new one."),
    "no_right": _("This token may not do this. Ask an administrator for a token with the right “{right}”."),
    "too_many_requests": _("Too many requests. Try again in {seconds} seconds, with larger batches."),
    "too_many_attempts": _("Too many wrong tokens from this address. Try again in {seconds} seconds."),
    "not_found": _("There is nothing at this address. The page of the API lists the addresses."),
    "wrong_method": _("This address does not take this method. Use {allowed}."),
    "not_json": _("Send JSON in UTF-8 with the header “Content-Type: application/json”."),
    "broken_json": _("The body is not valid JSON near character {at}."),
    "not_a_json_number": _("“{value}” is no JSON number. Leave the field out where the value is not known."),
    "duplicate_key": _("The field “{field}” stands twice in one object. Keep one of them."),
    "too_deep": _("The body is nested too deeply. Send rows as in the example."),
    "body_too_large": _("The body is larger than {most} MB. Send smaller batches."),
    "bad_key": _("Write the Idempotency-Key with 1 to 200 letters, digits, “-” or “_”."),
    "key_reused": _("This Idempotency-Key was used for another request. Use a new one for each request."),
    "invalid": _("Nothing was written. Mend the fields below and send the whole batch again."),
    "unknown_team": _("This token opens no team with this name. Use one of: {teams}."),
    "which_team": _("This token opens several teams. Say which one in “team”: {teams}."),
    "month_closed": _("The books of one of these months are closed. Have the month reopened, or leave its orders out."),
    "busy": _("Another import of this team is being written. Try again in {seconds} seconds."),
    "bad_cursor": _("This cursor is not one of ours. Begin at the first page."),
    "failed": _("Something went wrong here. Nothing was written; try again, or tell the administrator “{reference}”."),
}

# Problems of fields that no file has; those of files keep the words that they have there.
PROBLEMS: dict[str, tuple[Words, Words]] = CELLS | {
    "unknown_field": (_("Unknown field"), _("Leave it out, or check its name on the page of the API.")),
    "missing": (_("Missing field"), _("Add the field.")),
    "not_text": (_("Not a text"), _("Put it in quotation marks.")),
    "not_a_list": (_("Not a list"), _("Send a list of rows.")),
    "not_an_object": (_("Not an object"), _("Send an object as in the example.")),
    "no_rows": (_("An empty list"), _("Send at least one row.")),
    "too_many": (_("Too many rows"), _("Send at most 5,000 rows at a time.")),
    "bad_moment": (_("No such moment"), _("Write it with its offset, such as 2026-11-22T09:30:00+08:00.")),
    "future_moment": (_("A moment that has not come yet"), _("Check the clock of the sending system.")),
    "too_long_ago": (_("A day more than 400 days ago"), _("Bring older days in as a file.")),
    "said_twice": (_("The same thing stands in an earlier row"), _("Send it once.")),
    "more_than_whole": (_("A part that is larger than its whole"), _("Check both figures.")),
    "unknown_group": (
        _("No group of this team has this id"),
        _("Register the group first, or send its daily figures before."),
    ),
    "which_platform": (_("The id stands for groups on several platforms"), _("Say which one in “platform”.")),
    "unknown_choice": (_("Not one of the choices"), _("Use one of the values on the page of the API.")),
}


@dataclass(frozen=True)
class Field:
    """One thing that is wrong. `row` counts from 1; None where it lies outside the rows."""

    field: str
    problem: str
    row: int | None = None
    value: Any = None


class ApiError(Exception):
    """A request that is refused as a whole; nothing of it was written."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        fields: Sequence[Field] = (),
        headers: Mapping[str, str] | None = None,
        **figures: Any,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.fields, self.figures = status, code, fields, figures
        self.headers = dict(headers or {})


def refused(fields: Sequence[Field]) -> ApiError:
    return ApiError(422, "invalid", fields=fields)


def answer_of(error: ApiError) -> JsonResponse:
    """The answer, in the language that is active."""
    body = {
        "code": error.code,
        "message": str(format_lazy(MESSAGES[error.code], **error.figures)),
        "fields": [_told(field) for field in error.fields[:FIELDS_SHOWN]],
    }
    if len(error.fields) > FIELDS_SHOWN:
        body["fields_left_out"] = len(error.fields) - FIELDS_SHOWN
    params = {"ensure_ascii": False}  # people read it in a terminal
    return JsonResponse({"error": body}, status=error.status, headers=error.headers, json_dumps_params=params)


def _told(field: Field) -> dict[str, Any]:
    problem, fix = PROBLEMS.get(field.problem, (field.problem, ""))
    value = "…" if field.field in SECRET_FIELDS and field.value is not None else shown(field.value)
    told = {"row": field.row, "field": shown(field.field), "value": value, "problem": str(problem), "fix": str(fix)}
    return told | {"code": field.problem}


def shown(value: Any) -> str:
    """A value of the caller as it may be told back: printable and short."""
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return "".join(c if c.isprintable() and not "\ud800" <= c <= "\udfff" else "\ufffd" for c in text[:VALUE_KEPT])
