"""Invitations: who may make them, how long they open, and that one person comes in by one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from groups import invitations, people
from groups.models import AuditEntry, Invitation, Membership, User
from groups.tests.making import make_team, make_user
from groups.tests.racing import at_once

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def manager(team):
    return make_user(team, role="manager")


def invite(team, by, role="operator", at=None, token=None):
    who = {"role": role, "name": "李雷", "email": "lilei@example.com", "token": token or uuid4()}
    return invitations.invite(team=team, by=by, now=at or now(), **who)


def accept(invitation, username="lilei", at=None):
    return invitations.accept(
        invitation=invitation, username=username, display_name="李雷", password="correct horse", now=at or now()
    )


def test_a_manager_invites_operators_to_the_teams_they_lead_and_nobody_else(team, manager):
    invite(team, manager)
    invite(make_team(parent=team), User.objects.get(pk=manager.pk))
    for by, where, role in (
        (manager, team, "manager"),
        (manager, make_team(), "operator"),
        (make_user(team), team, "operator"),
    ):
        with pytest.raises(PermissionDenied):
            invite(where, by, role)
    invite(make_team(), make_user(is_administrator=True), "manager")
    assert Invitation.objects.count() == 3


def test_the_secret_is_stored_nowhere(team, manager):
    invitation, secret = invite(team, manager)
    stored = [str(row) for row in Invitation.objects.values_list()] + [str(row) for row in AuditEntry.objects.values()]
    assert len(secret) >= 43
    assert not any(secret in row for row in stored)
    assert invitations.opened_by(invitation.pk, secret, now()) == invitation
    assert invitations.opened_by(invitation.pk, secret[:-1], now()) is None
    assert invitations.opened_by(invitation.pk + 1, secret, now()) is None


def test_a_form_sent_twice_makes_one_invitation(team, manager):
    token = uuid4()
    first, secret = invite(team, manager, token=token)
    assert invite(team, manager, token=token) == (first, "")
    assert invitations.opened_by(first.pk, secret, now()) == first
    assert AuditEntry.objects.count() == 1


def test_it_opens_for_seven_days(team, manager):
    at = now()
    invitation, secret = invite(team, manager, at=at)
    last = at + timedelta(days=7)
    assert invitations.opened_by(invitation.pk, secret, last - timedelta(seconds=1))
    assert invitations.opened_by(invitation.pk, secret, last) is None
    with pytest.raises(invitations.InvitationOver):
        accept(invitation, at=last)
    assert User.objects.filter(username="lilei").count() == 0


def test_accepting_makes_the_account_and_its_role(team, manager):
    invitation, _secret = invite(team, manager)
    user = accept(invitation)
    assert user.check_password("correct horse")
    assert (user.email, user.is_administrator) == ("lilei@example.com", False)
    assert Membership.objects.get(user=user).role == "operator"
    invitation.refresh_from_db()
    assert invitation.used_by == user
    with pytest.raises(invitations.InvitationOver):
        accept(invitation, "other")


def test_a_taken_user_name_leaves_the_invitation_open(team, manager):
    invitation, secret = invite(team, manager)
    make_user(username="lilei")
    with pytest.raises(invitations.UsernameTaken):
        accept(invitation)
    assert invitations.opened_by(invitation.pk, secret, now())
    accept(invitation, "lilei2")


def test_a_revoked_one_opens_nothing(team, manager):
    invitation, secret = invite(team, manager)
    with pytest.raises(PermissionDenied):
        invitations.revoke(invitation=invitation, by=make_user(team), now=now())
    assert invitations.revoke(invitation=invitation, by=manager, now=now())
    assert not invitations.revoke(invitation=invitation, by=manager, now=now())
    assert invitations.opened_by(invitation.pk, secret, now()) is None


def test_what_a_closed_account_offered_is_over(team, manager):
    invitation, _secret = invite(team, manager)
    people.close_account(user=manager, by=None, now=now())
    invitation = Invitation.objects.get(pk=invitation.pk)
    with pytest.raises(invitations.InvitationOver):
        accept(invitation)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_comes_in(team, manager):
    invitation, _secret = invite(team, manager)
    results = at_once(lambda: accept(invitation, "one"), lambda: accept(invitation, "two"))
    assert sorted(type(result).__name__ for result in results) == ["InvitationOver", "User"]
    assert Membership.objects.filter(team=team).exclude(user=manager).count() == 1
    assert User.objects.filter(username__in=["one", "two"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepting_and_revoking_at_once_is_one_of_both(team, manager):
    invitation, _secret = invite(team, manager)
    came, revoked = at_once(
        lambda: accept(invitation), lambda: invitations.revoke(invitation=invitation, by=manager, now=now())
    )
    assert isinstance(came, User) is not revoked
