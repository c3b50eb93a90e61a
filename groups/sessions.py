"""Where people are signed in: notes it, lists it, ends it, and knows how long a session may last."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.helpers import get_client_ip_address
from axes.models import AccessLog
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from groups import audit
from groups.models import PersonSession, User

LONGEST = timedelta(hours=8)  # since signing in
IDLE = timedelta(hours=2)  # since the last page
SIGN_INS_KEPT = timedelta(days=90)  # to look into a break-in
NOTED_EVERY = timedelta(minutes=1)
BEGAN, SEEN = "signed_in_at", "seen_at"  # in the session itself, as seconds since 1970


def begin(request: HttpRequest, user: User, now: datetime) -> None:
    """Note a session that just began. Rows of sessions that are long over go at the same time."""
    if request.session.session_key is None:
        request.session.create()
    request.session[BEGAN] = request.session[SEEN] = now.timestamp()
    PersonSession.objects.filter(user=user, seen_at__lt=now - LONGEST).delete()
    PersonSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "device": request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:300],
            "address": get_client_ip_address(request) or None,
            "began_at": now,
            "seen_at": now,
        },
    )


def note_signed_in(sender: object, request: HttpRequest | None, user: User, **_more: object) -> None:
    """Receiver of Django's `user_logged_in`, the one place that every way of signing in passes (see apps.py)."""
    if request is not None:
        begin(request, user, timezone.now())


def delete_old(now: datetime) -> int:
    """Delete sessions that are over, with device and address. How many rows."""
    rows = (PersonSession.objects.filter(seen_at__lt=now - LONGEST), Session.objects.filter(expire_date__lt=now))
    return sum(each.delete()[0] for each in rows)


def delete_old_sign_ins(now: datetime) -> int:
    """Delete sign-ins of long ago, also failed ones. How many."""
    return AccessLog.objects.filter(attempt_time__lt=now - SIGN_INS_KEPT).delete()[0]


def is_over(request: HttpRequest, now: datetime) -> bool:
    """Whether the session lasted too long or rested too long. One that carries no times began before they were kept."""
    stamp = now.timestamp()
    began, seen = request.session.get(BEGAN, stamp), request.session.get(SEEN, stamp)
    return stamp - began >= LONGEST.total_seconds() or stamp - seen >= IDLE.total_seconds()


def note_seen(request: HttpRequest, now: datetime) -> None:
    """Note that the person is here, at most once a minute."""
    if BEGAN not in request.session:
        begin(request, request.user, now)
    elif now.timestamp() - request.session[SEEN] >= NOTED_EVERY.total_seconds():
        request.session[SEEN] = now.timestamp()
        PersonSession.objects.filter(session_key=request.session.session_key).update(seen_at=now)


def follow(request: HttpRequest, before: str | None) -> None:
    """Keep the row of a session that got a new key, as after a change of the password."""
    key = request.session.session_key
    if before and key and before != key:
        PersonSession.objects.filter(session_key=before).update(session_key=key)


def of_person(user_id: int) -> QuerySet[PersonSession]:
    """The rows of a person's sessions, whether they still last or not, the latest first."""
    return PersonSession.objects.filter(user_id=user_id).order_by("-seen_at", "-pk")


def lasting(rows: QuerySet[PersonSession], now: datetime) -> QuerySet[PersonSession]:
    """Those in which the next page would still be answered."""
    kept = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    return rows.filter(Exists(kept), began_at__gt=now - LONGEST, seen_at__gt=now - IDLE)


@transaction.atomic
def end(rows: QuerySet[PersonSession]) -> int:
    """End sessions: their next request is one of a stranger. Returns how many there were."""
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    PersonSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


@transaction.atomic
def end_on_record(*, user: User, rows: QuerySet[PersonSession], by: User, now: datetime) -> int:
    """End sessions of a person because somebody asked for it; nothing to end leaves no record."""
    count = end(rows)
    if count:
        audit.record(verb="sessions ended", thing=user, by=by, now=now, after={"sessions": count})
    return count
