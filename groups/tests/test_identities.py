"""Two first times at once: the account is linked once, and to one subject."""

import pytest
from django.utils import timezone

from groups import identities
from groups.models import AuditEntry, Identity
from groups.tests.making import make_user
from groups.tests.racing import at_once, meeting

pytestmark = pytest.mark.django_db(transaction=True)


def first_time(subject):
    claims = identities.Claims(issuer="https://id.example", subject=subject, verified_email="lilei@example.com")
    return lambda: identities.come_in(claims=claims, now=timezone.now())


@pytest.fixture
def person(monkeypatch):
    monkeypatch.setattr(identities, "_linked", meeting(identities._linked))
    return make_user(email="lilei@example.com")


def verbs():
    return sorted(AuditEntry.objects.values_list("verb", flat=True))


def test_the_same_subject_twice_is_linked_once_and_comes_in_twice(person):
    assert at_once(first_time("s-1"), first_time("s-1")) == [person, person]
    assert Identity.objects.get().subject == "s-1"
    assert verbs() == ["linked to single sign-on"] + ["signed in by single sign-on"] * 2


def test_of_two_subjects_with_one_address_one_comes_in(person):
    answers = at_once(first_time("s-1"), first_time("s-2"))
    assert sorted(answer is None for answer in answers) == [False, True] and person in answers
    assert Identity.objects.count() == 1
    assert verbs() == ["linked to single sign-on", "signed in by single sign-on"]
