"""What a form says when the month of its day is closed, and the way out that its page offers."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.months import MonthClosed


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, dated today if the person chose that (components/closed_month.html); None where nothing was."""
    if "today" not in request.POST:
        return request.POST or None
    sent = request.POST.copy()
    sent["on"] = timezone.localdate().isoformat()
    return sent


def say_closed(form: Form, closed: MonthClosed) -> None:
    """Put the sentence beside the day. The page then offers today instead, if the form says `month_is_closed`."""
    sentence = _("%(month)s is closed. Enter it today, or ask a manager of the team to reopen the month")
    form.add_error("on", ValidationError(sentence % {"month": f"{closed.month:%Y-%m}"}, "closed"))
    form.month_is_closed = True
