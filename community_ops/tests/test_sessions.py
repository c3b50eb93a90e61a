"""Sessions: how long they last, who may end which, and what ends them (cases 33 and 47b)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from groups import people, sessions
from groups.models import AuditEntry, PersonSession
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile/15E Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537 Chrome/130.0 Safari/537 Edg/130.0"


@pytest.fixture
def person():
    user = make_user(make_team(), username="lilei", language="en")
    user.set_password(PASSWORD)
    user.save()
    return user


def signed_in(user, **more):
    client = Client(**more)
    client.force_login(user)
    return client


def by_password(**more):
    client = Client(**more)
    client.post(reverse("login"), {"username": "lilei", "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/me/").status_code == 200


def age(client, began, seen):
    """The session began and was last used so long ago."""
    session = client.session
    stamp = timezone.now().timestamp()
    session[sessions.BEGAN], session[sessions.SEEN] = stamp - began.total_seconds(), stamp - seen.total_seconds()
    session.save()


@pytest.mark.parametrize(
    ("began", "seen", "lasts"),
    [
        pytest.param(timedelta(hours=7, minutes=59), timedelta(0), True, id="almost 8 hours"),
        pytest.param(timedelta(hours=8), timedelta(0), False, id="8 hours, in use all the time"),
        pytest.param(timedelta(hours=3), timedelta(hours=1, minutes=59), True, id="almost 2 hours idle"),
        pytest.param(timedelta(hours=3), timedelta(hours=2), False, id="2 hours idle"),
    ],
)
def test_how_long_a_session_lasts(person, began, seen, lasts):
    client = signed_in(person)
    age(client, began, seen)
    assert is_in(client) is lasts
    assert PersonSession.objects.exists() is lasts
    assert is_in(client) is lasts


def test_using_it_keeps_a_session_from_going_idle_but_not_from_ending(person):
    client = signed_in(person)
    age(client, timedelta(hours=7), timedelta(hours=1))
    assert is_in(client)
    assert timezone.now().timestamp() - client.session[sessions.SEEN] < 60
    assert timezone.now() - PersonSession.objects.get().seen_at < timedelta(minutes=1)
    age(client, timedelta(hours=8), timedelta(0))
    assert not is_in(client)


def test_a_page_within_a_minute_writes_nothing(person):
    client = signed_in(person)
    with CaptureQueriesContext(connection) as captured:
        assert is_in(client)
    assert captured and not any(query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for query in captured)


def test_a_session_from_before_the_limits_is_noted_and_counted_from_now(person):
    client = signed_in(person)
    session = client.session
    del session[sessions.BEGAN], session[sessions.SEEN]
    session.save()
    PersonSession.objects.all().delete()
    assert is_in(client)
    assert PersonSession.objects.get().session_key == client.session.session_key
    assert sessions.BEGAN in client.session


def test_the_page_lists_the_devices_and_marks_this_one(person):
    here = by_password(headers={"user-agent": IPHONE})
    by_password(headers={"user-agent": EDGE}, REMOTE_ADDR="10.0.0.7")
    page = here.get(reverse("sessions")).text
    assert "Safari · iPhone" in page and "Edge · Windows" in page and "10.0.0.7" in page
    assert page.count("This device") == 1
    assert page.index("This device") > page.index("Safari · iPhone")


def test_a_session_that_ran_out_is_not_listed(person):
    here, other = signed_in(person), signed_in(person)
    PersonSession.objects.filter(session_key=other.session.session_key).update(
        seen_at=timezone.now() - timedelta(hours=2)
    )
    assert here.get(reverse("sessions")).context["others"] == 0


def test_one_or_all_other_sessions_are_ended(person):
    here, one, two, three = (signed_in(person) for _ in range(4))
    row = PersonSession.objects.get(session_key=one.session.session_key)
    here.post(reverse("sessions"), {"end": row.pk})
    assert [is_in(each) for each in (here, one, two, three)] == [True, False, True, True]
    here.post(reverse("sessions"), {"others": "1"})
    assert [is_in(each) for each in (here, two, three)] == [True, False, False]
    assert [entry.after for entry in AuditEntry.objects.order_by("id")] == [{"sessions": 1}, {"sessions": 2}]
    here.post(reverse("sessions"), {"others": "1"})
    assert AuditEntry.objects.count() == 2, "nothing to end leaves no record"


def test_nobody_ends_a_session_of_somebody_else_or_this_one_by_its_number(person):
    here, stranger = signed_in(person), signed_in(make_user(make_team()))
    for client in (here, stranger):
        row = PersonSession.objects.get(session_key=client.session.session_key)
        here.post(reverse("sessions"), {"end": row.pk})
    assert is_in(here) and is_in(stranger)


def test_a_new_password_ends_the_others_and_keeps_this_one_listed(person):
    here, other = signed_in(person), signed_in(person)
    new = "battery staple horse"
    here.post(reverse("password"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert is_in(here) and not is_in(other)
    assert [row.session_key for row in PersonSession.objects.all()] == [here.session.session_key]


def test_signing_in_changes_the_key_and_the_old_one_is_dead(person):
    client = by_password()
    old = client.session.session_key
    client.post(reverse("logout"))
    assert not is_in(client)
    stolen = Client()
    stolen.cookies["session"] = old
    assert not is_in(stolen)
    again = by_password()
    assert again.session.session_key != old


def test_an_administrator_ends_every_session_of_a_person(person):
    theirs = [signed_in(person), signed_in(person)]
    administrator = signed_in(make_user(is_administrator=True, language="en"))
    answer = administrator.post(reverse("member-page", args=[person.pk]), {"action": "end-sessions"}, follow=True)
    assert "2 sessions ended" in answer.text
    assert not any(is_in(client) for client in theirs)
    assert is_in(administrator)


def test_who_was_moved_to_another_team_or_closed_is_refused_at_the_next_request(person):
    old = person.memberships.get().team
    group = make_group(team=old)
    address = reverse("group-page", args=[group.pk])
    client = signed_in(person)
    assert client.get(address).status_code == 200
    new = make_team()
    now = timezone.now()
    people.set_role(user=person, team=new, role="operator", by=None, now=now)
    people.leave_team(user=person, team=old, by=None, now=now)
    assert client.get(address).status_code == 404
    assert client.get(reverse("group-page", args=[make_group(team=new).pk])).status_code == 200
    people.close_account(user=person, by=None, now=now)
    assert client.get(address).status_code == 302
