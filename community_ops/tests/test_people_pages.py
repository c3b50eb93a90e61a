"""The list of people and the page of one: roles, links for a new password, weekly hours."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community_ops.people.listing import PAGE_SIZE
from groups.models import AuditEntry, Group, GroupCoOwner, Membership, User
from groups.tests.making import make_group, make_team, make_user
from groups.weekly_hours import hours_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team(name="East")


@pytest.fixture
def administrator():
    return make_user(is_administrator=True, language="en", display_name="Admin")


@pytest.fixture
def admin(administrator):
    return signed_in(administrator)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def names(page):
    return [str(person) for person in page.context["people"]]


def act(client, person, action, **fields):
    return client.post(reverse("member-page", args=[person.pk]), {"action": action} | fields, follow=True)


def test_an_administrator_sees_everybody_a_manager_the_people_of_their_teams(admin, team):
    below = make_team(parent=team)
    manager = make_user(team, role="manager", display_name="Manager")
    make_user(below, display_name="Below")
    make_user(make_team(), display_name="Elsewhere")
    assert names(admin.get(reverse("member-list"))) == ["Admin", "Below", "Elsewhere", "Manager"]
    client = signed_in(manager)
    assert names(client.get(reverse("member-list"))) == ["Below", "Manager"]
    person = User.objects.get(display_name="Below")
    other = make_team(name="Secret team")
    Membership.objects.create(user=person, team=other, role="operator")
    make_group(team=other, owner=person)
    page = client.get(reverse("member-page", args=[person.pk]))
    assert page.status_code == 200 and 'name="action"' not in page.text
    assert page.context["groups_owned"] == 0
    assert "Secret team" not in page.text + client.get(reverse("member-list")).text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("q=han", ["Han Meimei"], id="name"),
        pytest.param("q=LILEI", ["Li Lei"], id="user name"),
        pytest.param("q=mail.example", ["Li Lei"], id="e-mail"),
        pytest.param("q=li mail", ["Li Lei"], id="every word"),
        pytest.param("state=never", ["Admin2", "Han Meimei"], id="never signed in"),
        pytest.param("state=disabled", ["Gone"], id="disabled"),
        pytest.param("state=active", ["Admin", "Li Lei"], id="active"),
        pytest.param("q=%00&state=nonsense&team=x", ["Admin", "Admin2", "Gone", "Han Meimei", "Li Lei"], id="nonsense"),
        pytest.param("team={team}", ["Han Meimei", "Li Lei"], id="team"),
    ],
)
def test_people_are_found(admin, team, query, found):
    make_user(team, username="lilei", display_name="Li Lei", email="li@mail.example", last_login=timezone.now())
    make_user(team, display_name="Han Meimei")
    make_user(is_administrator=True, display_name="Admin2")
    make_user(display_name="Gone", is_active=False)
    page = admin.get(reverse("member-list") + "?" + query.format(team=team.pk))
    assert names(page) == found


def test_pages_hold_everybody_once_in_a_fixed_number_of_queries(admin, team, django_assert_max_num_queries):
    with django_assert_max_num_queries(9) as few:
        admin.get(reverse("member-list"))
    for n in range(PAGE_SIZE + 5):
        Membership.objects.create(user=make_user(team, display_name=f"P{n:03}"), team=make_team(), role="manager")
    with django_assert_max_num_queries(len(few) + 1):  # memberships come with the first person who has one
        first = admin.get(reverse("member-list"))
    second = admin.get(reverse("member-list") + f"?after={first.context['page'].after}")
    seen = names(first) + names(second)
    assert len(seen) == len(set(seen)) == PAGE_SIZE + 6


def test_roles_are_given_and_taken(admin, team):
    person = make_user(language="en")
    assert "is now Manager in East" in act(admin, person, "role", team=team.pk, role="manager").text
    assert Membership.objects.get().role == "manager"
    refused = act(admin, person, "role", team="", role="manager")
    assert refused.status_code == 422 and refused.text.count("Select the team") >= 2
    group = make_group(team=team, owner=person)
    assert "Hand over 1 group of this team first" in act(admin, person, "leave", team=team.pk).text
    Group.objects.filter(pk=group.pk).update(closed_on="2026-11-01")
    assert "left East" in act(admin, person, "leave", team=team.pk).text
    assert not Membership.objects.exists()


def test_the_last_administrator_is_told_why_not(admin, administrator):
    assert "This is the last administrator" in act(admin, administrator, "no-administrator").text
    other = make_user()
    act(admin, other, "administrator")
    act(admin, other, "no-administrator")
    assert User.objects.filter(is_administrator=True).get() == administrator


def test_a_manager_changes_nothing(team):
    manager, person = make_user(team, role="manager"), make_user(team)
    client = signed_in(manager)
    for action in ("role", "leave", "administrator", "end-sessions"):
        assert act(client, person, action, team=team.pk, role="manager").status_code == 403
    assert Membership.objects.get(user=person).role == "operator"


# ---- co-owners


def test_a_co_owner_finds_the_group_under_mine_and_on_home(team):
    person = make_user(team, language="en")
    ends = timezone.localdate() + timedelta(days=5)
    group = make_group(
        team=team, name="Shared group", plan_lifespan="bounded", plan_ends_on=ends, opened_on=date(2026, 1, 1)
    )
    make_group(team=team, name="Other group")
    GroupCoOwner.objects.create(group=group, user=person)
    client = signed_in(person)
    page = client.get(reverse("group-list") + f"?owner={person.pk}").text
    assert "Shared group" in page and "Other group" not in page
    home = client.get("/")
    assert home.context["narrowed"] and home.context["total"] == 1
    assert "Shared group" in [todo.text for todo in home.context["todos"]]


# ---- a link for a new password


def password_link(admin, person):
    page = admin.post(reverse("member-page", args=[person.pk]), {"action": "password-link"})
    return re.search(r'id="link">http://testserver(/new-password/[^<]+)<', page.text)[1]


def test_a_forgotten_password_is_set_by_a_link_that_works_once(admin, team, capsys, caplog):
    person = make_user(team, username="lilei", language="en")
    theirs, guest = signed_in(person), Client(headers={"accept-language": "en"})
    path = password_link(admin, person)
    form = guest.get(path)
    assert form.status_code == 302 and path.split("/")[3] not in form.url
    weak = guest.post(form.url, {"new_password1": "password1234", "new_password2": "password1234"})
    assert weak.status_code == 422 and "too common" in weak.text
    new = "battery staple horse"
    done = guest.post(form.url, {"new_password1": new, "new_password2": new}, follow=True)
    assert "Your password is changed" in done.text
    assert theirs.get("/me/").status_code == 302
    assert guest.post(reverse("login"), {"username": "lilei", "password": new}).status_code == 302
    assert Client().get(path).status_code == 410
    told = capsys.readouterr()
    assert path.split("/")[3] not in told.out + told.err + caplog.text
    verbs = AuditEntry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["password link made", "password changed"]


def test_a_link_is_over_when_a_newer_password_or_sign_in_came(admin, team):
    person = make_user(team)
    path = password_link(admin, person)
    signed_in(person)
    assert Client().get(path).status_code == 410


def test_only_administrators_make_links_and_not_for_a_closed_account(admin, team):
    person = make_user(team, is_active=False)
    answer = admin.post(reverse("member-page", args=[person.pk]), {"action": "password-link"})
    assert answer.status_code == 422 and "/new-password/" not in answer.text
    manager = signed_in(make_user(team, role="manager"))
    assert act(manager, person, "password-link").status_code == 403


def test_an_administrator_dates_the_weekly_hours_of_a_person(admin, team):
    person, since = make_user(team), timezone.localdate() + timedelta(days=7)
    page = act(admin, person, "weekly-hours", hours="22.5", since=str(since))
    assert f"has 22.5 hours a week from {since} on" in page.text
    assert f"Planned from {since}" in page.text
    assert hours_on(person, since) == 22.5
    act(admin, person, "weekly-hours", hours="30", since=str(timezone.localdate()))
    page = admin.get(reverse("member-page", args=[person.pk]))
    assert page.context["hours_today"] == 30
    assert "Hours of past days" in page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"hours": ""}, "Enter the hours a week"),
        ({"hours": "169"}, "168"),
        ({"hours": "lots"}, "Hours a week"),
        ({"since": "2020-01-01"}, "Hours start today or later; days before keep their hours"),
    ],
)
def test_weekly_hours_that_make_no_sense_are_refused_and_kept_on_the_page(admin, team, typed, sentence):
    person = make_user(team)
    sent = {"hours": "22.5", "since": str(timezone.localdate())} | typed
    page = act(admin, person, "weekly-hours", **sent)
    assert page.status_code == 422
    assert sentence in page.text
    assert all(f'value="{value}"' in page.text for value in sent.values() if value)
    assert not person.weekly_capacities.exists()


def test_a_manager_sees_the_weekly_hours_and_changes_none(team):
    manager, person = make_user(team, role="manager", language="en"), make_user(team, weekly_hours=21)
    client = signed_in(manager)
    page = client.get(reverse("member-page", args=[person.pk]))
    assert page.context["hours_today"] == 21 and "Save the hours" not in page.text
    assert act(client, person, "weekly-hours", hours="1", since=str(timezone.localdate())).status_code == 403
    assert not person.weekly_capacities.exists()
