"""Pages of teams, invitations and single hand-overs: who may, what happens, what is refused."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from groups import invitations
from groups.models import AuditEntry, Group, Handover, Invitation, Membership, PersonSession, Team, User
from groups.tests.making import make_group, make_team, make_user
from groups.views.invitations import MOST_ATTEMPTS

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def team():
    return make_team(name="East")


@pytest.fixture
def manager(team):
    return make_user(team, role="manager", language="en")


@pytest.fixture
def administrator():
    return make_user(is_administrator=True, language="en")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def link_of(page):
    return re.search(r'id="link">http://testserver(/join/[^<]+)<', page.text)[1]


def invite(client, where, **fields):
    sent = {"team": where.pk, "role": "operator", "name": "Li Lei", "email": "", "token": uuid4()} | fields
    return client.post(reverse("invitation-list"), sent)


def said(**fields):
    return {"display_name": "Li Lei", "username": "lilei", "password": PASSWORD, "again": PASSWORD} | fields


def stranger():
    return Client(headers={"accept-language": "en"})


def test_teams_are_made_moved_and_refused_a_circle(administrator, team):
    client, address = signed_in(administrator), reverse("team-list")
    assert client.post(address, {"name": "West", "parent": team.pk}).status_code == 302
    west = Team.objects.get(name="West")
    assert west.parent == team
    refused = client.post(address, {"team": team.pk, "name": "East", "parent": west.pk})
    assert refused.status_code == 422
    assert refused.text.count("A team cannot stand below itself") >= 2
    taken = client.post(address, {"name": "West", "parent": team.pk})
    assert taken.status_code == 422 and "has this name" in taken.text
    assert client.post(address, {"team": west.pk, "name": "West", "parent": ""}).status_code == 302
    assert Team.objects.get(pk=west.pk).parent is None


def test_the_page_of_teams_takes_as_many_queries_for_many(administrator, django_assert_max_num_queries):
    client = signed_in(administrator)
    make_team()
    with django_assert_max_num_queries(8) as few:
        client.get(reverse("team-list"))
    for _ in range(20):
        make_user(make_team())
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("team-list"))


def test_the_link_of_an_invitation_is_shown_once(manager, team):
    client, token = signed_in(manager), uuid4()
    first = invite(client, team, token=token)
    path = link_of(first)
    assert path not in client.get(reverse("invitation-list")).text
    again = invite(client, team, token=token)
    assert "was made already" in again.text and "/join/" not in again.text
    assert Invitation.objects.count() == 1


def test_a_manager_invites_no_manager_and_nobody_elsewhere(manager, team):
    client = signed_in(manager)
    for fields in ({"role": "manager"}, {"team": make_team().pk}, {"email": "no mail"}):
        assert invite(client, team, **fields).status_code == 422
    assert not Invitation.objects.exists()


def test_who_holds_the_link_joins_and_is_signed_in(manager, team):
    path = link_of(invite(signed_in(manager), team))
    client = stranger()
    opened = client.get(path)
    assert opened.status_code == 302
    assert re.fullmatch(r"/join/\d+/", opened.url), "the secret is gone from the address"
    before = client.session.session_key
    page = client.get(opened.url)
    assert "Join East" in page.text and 'value="Li Lei"' in page.text
    joined = client.post(opened.url, said(), follow=True)
    assert "Welcome, Li Lei" in joined.text
    user = User.objects.get(username="lilei")
    assert Membership.objects.get(user=user).team == team
    assert client.session.session_key != before
    assert PersonSession.objects.get(user=user).session_key == client.session.session_key
    over = stranger().get(path)
    assert over.status_code == 410 and "This invitation is over" in over.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"password": "short", "again": "short"}, "too short", id="short"),
        pytest.param({"password": "password1234", "again": "password1234"}, "too common", id="common"),
        pytest.param({"again": "something else"}, "The two passwords differ", id="mistyped"),
        pytest.param({"username": "taken"}, "Somebody has this user name", id="taken"),
        pytest.param({"username": "li lei"}, "A user name has letters", id="not a user name"),
        pytest.param({"display_name": ""}, "Enter your name", id="no name"),
    ],
)
def test_what_cannot_be_joined_with(manager, team, fields, sentence):
    make_user(username="taken")
    path = link_of(invite(signed_in(manager), team))
    client = stranger()
    address = client.get(path).url
    answer = client.post(address, said(**fields))
    assert answer.status_code == 422
    assert answer.text.count(sentence) >= 2
    assert PASSWORD not in answer.text
    assert Invitation.objects.get().used_at is None


@pytest.mark.parametrize("how", ["revoked", "expired", "wrong secret", "another browser"])
def test_what_opens_nothing_says_so(manager, team, how):
    client = signed_in(manager)
    path = link_of(invite(client, team))
    invitation = Invitation.objects.get()
    if how == "revoked":
        client.post(reverse("invitation-list"), {"revoke": invitation.pk})
    if how == "expired":
        past = timezone.now() - timedelta(days=8)
        Invitation.objects.update(made_at=past, expires_at=past + timedelta(days=7))
    if how == "wrong secret":
        path = path[:-3] + "x/"
    if how == "another browser":
        path = reverse("join", args=[invitation.pk])
    answer = stranger().get(path)
    assert answer.status_code == 410
    assert 'href="/login/"' in answer.text


def test_the_log_does_not_tell_the_secret(manager, team, capsys, caplog):
    client = signed_in(manager)
    path = link_of(invite(client, team))
    for visitor in (client, stranger()):
        visitor.get(path)
    told = capsys.readouterr()
    secret = path.split("/")[3]
    assert "/join/" in caplog.text
    assert secret not in told.out + told.err + caplog.text


def test_a_link_revoked_while_the_form_is_open_lets_nobody_in(manager, team):
    client, guest = signed_in(manager), stranger()
    address = guest.get(link_of(invite(client, team))).url
    client.post(reverse("invitation-list"), {"revoke": Invitation.objects.get().pk})
    assert guest.post(address, said()).status_code == 410
    assert not User.objects.filter(username="lilei").exists()


def test_a_manager_takes_back_no_invitation_of_another_team(manager, administrator):
    invitation, _secret = invitations.invite(
        team=make_team(), role="operator", token=uuid4(), by=administrator, now=timezone.now()
    )
    signed_in(manager).post(reverse("invitation-list"), {"revoke": invitation.pk})
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_guessing_links_is_slowed_down_per_address(manager, team):
    path = link_of(invite(signed_in(manager), team))
    wrong = [stranger().get("/join/1/guess/").status_code for _ in range(MOST_ATTEMPTS + 1)]
    assert set(wrong[:-1]) == {410} and wrong[-1] == 429
    late = stranger().get("/join/1/guess/")
    assert late["Retry-After"] == "900" and "Wait 15 minutes" in late.text
    assert stranger().get("/join/1/guess/", REMOTE_ADDR="10.0.0.9").status_code == 410
    assert stranger().get(path).status_code == 302, "who has the right link is not held up"


def test_who_is_signed_in_joins_nothing(manager, team):
    client = signed_in(manager)
    assert "This browser is signed in as" in client.get(link_of(invite(client, team))).text
    assert Invitation.objects.get().used_at is None


def test_a_group_is_handed_over_from_its_own_page(manager, team):
    group, taker = make_group(team=team, owner=manager), make_user(team)
    client, address = signed_in(manager), reverse("group-handover", args=[group.pk])
    assert address in client.get(reverse("group-page", args=[group.pk])).text
    sent = {"owner": taker.pk, "from_owner": manager.pk, "reason": "Holiday"}
    assert client.post(address, sent).status_code == 302
    assert Group.objects.get().owner == taker
    row = Handover.objects.get()
    page = client.get(address).text
    assert "Holiday" in page and "Done on the platform" in page
    done = client.post(reverse("handovers-done"), {"handover": row.pk, "next": address})
    assert done.url == address
    assert Handover.objects.get().done_on_platform_by == manager
    assert [entry.verb for entry in AuditEntry.objects.order_by("id")] == [
        "handed over",
        "owner changed on the platform",
    ]


def test_a_hand_over_that_comes_too_late_changes_nothing(manager, team):
    group, taker = make_group(team=team), make_user(team)
    answer = signed_in(manager).post(
        reverse("group-handover", args=[group.pk]), {"owner": taker.pk, "from_owner": manager.pk}
    )
    assert answer.status_code == 409 and "has another owner by now" in answer.text
    assert not Handover.objects.exists()


def test_a_third_change_within_90_days_is_warned_of(manager, team):
    group, people = make_group(team=team, owner=manager), [make_user(team) for _ in range(2)]
    client, address = signed_in(manager), reverse("group-handover", args=[group.pk])
    for owner, taker in zip([manager, people[0]], people, strict=True):
        client.post(address, {"owner": taker.pk, "from_owner": owner.pk})
    free = (timezone.localdate() + timedelta(days=90)).isoformat()
    assert f"WeCom takes it again from {free}" in strip_tags(client.get(address).text)


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", ""])
def test_a_confirmation_leads_nowhere_else(manager, address):
    answer = signed_in(manager).post(reverse("handovers-done"), {"handover": "x", "next": address})
    assert answer.url == "/"


def test_co_owners_are_set_on_the_edit_form(manager, team):
    group, other = make_group(team=team, owner=manager), make_user(team, display_name="Han Meimei")
    client, address = signed_in(manager), reverse("group-edit", args=[group.pk])
    sent = {
        "part": "facts",
        "version": 1,
        "owner": manager.pk,
        "name": group.name,
        "platform": "wecom",
        "layer": "none",
        "opened_on": str(group.opened_on),
        "co_owners": [other.pk],
    }
    assert client.post(address, sent).status_code == 302
    assert "Co-owners: Han Meimei" in client.get(reverse("group-page", args=[group.pk])).text
    stale = client.post(address, sent | {"co_owners": []})
    assert stale.status_code == 409 and "Han Meimei" in stale.text
    foreign = client.post(address, sent | {"version": 2, "co_owners": [make_user(make_team()).pk]})
    assert foreign.status_code == 422 and "no longer works in this team; choose again" in foreign.text
    assert list(group.co_ownerships.values_list("user", flat=True)) == [other.pk]
    type(other).objects.filter(pk=other.pk).update(is_active=False)
    for page in (address, reverse("group-page", args=[group.pk])):
        assert "Han Meimei (account disabled)" in client.get(page).text
    assert client.post(address, sent | {"version": 2, "theme": "Stays"}).status_code == 302
    assert list(group.co_ownerships.values_list("user", flat=True)) == [other.pk]
