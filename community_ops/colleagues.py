"""Who asks: the account of the session, with what every page needs to know beside it, in one query."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from groups.models import User
from lifecycle import told_calendar

MOST_COUNTED = 100
UNREAD = """
    (SELECT count(*) FROM (
        SELECT 1 FROM groups_notice n WHERE n.user_id = groups_user.id AND n.inside AND n.read_at IS NULL LIMIT %s) few)
"""


LAST_TURN = "(SELECT max(id) FROM lifecycle_calendarturn)"


class ColleagueBackend(ModelBackend):
    """Signs in by user name and password, as Django does; the account comes with the number of its unread notices.

    What people told of the calendar since is taken over on the way, so that every page goes by it.
    """

    def get_user(self, user_id: Any) -> User | None:
        unread = RawSQL(UNREAD, [MOST_COUNTED], output_field=IntegerField())  # noqa: S611 - no input in the text
        last_turn = RawSQL(LAST_TURN, [], output_field=IntegerField())  # noqa: S611 - no input in the text
        user = User.objects.annotate(unread_notices=unread, last_turn=last_turn).filter(pk=user_id).first()
        if user and told_calendar.is_news(user.last_turn):
            told_calendar.freshen()
        return user if user and self.user_can_authenticate(user) else None
