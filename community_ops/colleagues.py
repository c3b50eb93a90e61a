"""Who asks: the account of the session, with what the shell of every page shows of it, in one query."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from groups.models import User

MOST_COUNTED = 100
UNREAD = """
    (SELECT count(*) FROM (
        SELECT 1 FROM groups_notice n WHERE n.user_id = groups_user.id AND n.inside AND n.read_at IS NULL LIMIT %s) few)
"""


class ColleagueBackend(ModelBackend):
    """Signs in by user name and password, as Django does; the account comes with the number of its unread notices."""

    def get_user(self, user_id: Any) -> User | None:
        unread = RawSQL(UNREAD, [MOST_COUNTED], output_field=IntegerField())  # noqa: S611 - no input in the text
        user = User.objects.annotate(unread_notices=unread).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
