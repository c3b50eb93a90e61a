"""Views of lists that people keep: what is kept, who sees them, what a list opens with."""

from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from groups import saved_views
from groups.models import AuditEntry, SavedView
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db
PAGE = reverse("saved-views")
LIST = reverse("group-list")


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en")
    client.force_login(user)
    return user


def kept(owner, name="Mine", query="platform=qq", **fields):
    asked = {"page": "group-list", "team": None, "is_default": False, "now": timezone.now()} | fields
    return saved_views.keep(owner=owner, name=name, query=query, **asked)[0]


def test_what_a_list_shows_is_kept_and_shown_again(client, op, team):
    make_group(team=team, name="On QQ", platform="qq")
    make_group(team=team, name="Elsewhere")
    page = client.get(f"{LIST}?platform=qq&sort=name&cols=owner&cols=ends&dense=1&after=x").content.decode()
    address = page.partition('class="keep-view" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "after" not in QueryDict(address.partition("?")[2])["q"]
    answer = client.post(address, {"do": "keep", "name": "QQ by name"}, follow=True)
    view = SavedView.objects.get()
    assert answer.redirect_chain[-1][0] == f"{LIST}?platform=qq&sort=name&cols=owner&cols=ends&dense=1&view={view.pk}"
    shown = answer.content.decode()
    assert "On QQ" in shown
    assert "Elsewhere" not in shown
    assert f'view={view.pk}" aria-current="page">QQ by name<' in shown
    assert AuditEntry.objects.get(verb="view kept").after["query"] == view.query


def test_the_same_name_is_kept_in_place_of_the_old_one(client, op):
    kept(op)
    client.post(f"{PAGE}?{urlencode({'for': 'group-list', 'q': 'layer=vip'})}", {"do": "keep", "name": "Mine"})
    assert SavedView.objects.get().query == "layer=vip"


def test_a_list_opens_with_the_view_that_was_chosen_for_it_and_everything_is_one_click_away(client, op):
    view = kept(op, is_default=True)
    assert client.get(LIST).headers["Location"] == f"{LIST}?platform=qq&view={view.pk}"
    everything = client.get(f"{LIST}?view=all")
    assert everything.status_code == 200
    assert '<a href="?view=all" aria-current="page">' in everything.content.decode()
    second = kept(op, "Second", is_default=True)
    assert list(SavedView.objects.filter(is_default=True)) == [second]
    client.post(PAGE, {"do": "default", "view": view.pk})
    assert list(SavedView.objects.filter(is_default=True)) == [view]
    client.post(PAGE, {"do": "everything", "view": view.pk})
    assert client.get(LIST).status_code == 200


def test_a_view_without_filters_does_not_lead_round_in_circles(client, op):
    kept(op, query="", is_default=True)
    assert client.get(LIST, follow=True).status_code == 200


@pytest.mark.parametrize("page", ["group-list", "case-board", "assessment-list"])
def test_each_list_shows_its_own_views_and_opens_with_its_own(client, op, page):
    view = kept(op, page=page, query="owner=1", is_default=True)
    for each in saved_views.LISTS:
        opened = client.get(reverse(each))
        assert (opened.status_code == 302) == (each == page)
    assert f"view={view.pk}" in client.get(f"{reverse(page)}?view=all").content.decode()


def test_only_a_team_that_a_view_is_shared_with_sees_it(client, op, team):
    own = kept(op, "Only mine")
    shared = kept(op, "For the team", team=team)
    colleague, manager = make_user(team, language="en"), make_user(team, role="manager", language="en")
    stranger = make_user(make_team(), role="manager", language="en")
    for user, sees in ((colleague, True), (manager, True), (stranger, False)):
        client.force_login(user)
        assert ("For the team" in client.get(f"{LIST}?view=all").content.decode()) is sees
        assert "Only mine" not in client.get(PAGE).content.decode()
        for do in ("remove", "default"):
            assert client.post(PAGE, {"do": do, "view": own.pk}).status_code == 404
    client.force_login(colleague)
    assert client.post(PAGE, {"do": "remove", "view": shared.pk}).status_code == 403
    assert client.post(PAGE, {"do": "default", "view": shared.pk}).status_code == 400
    client.force_login(manager)
    assert client.post(PAGE, {"do": "remove", "view": shared.pk}).status_code == 302
    assert list(SavedView.objects.all()) == [own]
    assert AuditEntry.objects.filter(verb="view removed", team_id=team.pk, actor_id=manager.pk).count() == 1


def test_a_view_is_not_shared_with_a_team_that_one_does_not_see(client, op):
    foreign = make_team()
    address = f"{PAGE}?for=group-list"
    assert client.post(address, {"do": "keep", "name": "Far", "team": foreign.pk}).status_code == 422
    with pytest.raises(PermissionDenied):
        kept(op, team=foreign)
    assert not SavedView.objects.exists()


def test_what_cannot_be_kept_is_said(client, op, monkeypatch):
    assert "Name the view" in client.post(f"{PAGE}?for=group-list", {"do": "keep", "name": " "}).content.decode()
    long = client.get(f"{PAGE}?{urlencode({'for': 'group-list', 'q': 'q=' + 'x' * 2000})}", follow=True)
    assert "too many filters" in long.content.decode()
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 0)
    many = client.post(f"{PAGE}?for=group-list", {"do": "keep", "name": "One more"}, follow=True)
    assert "remove one first" in many.content.decode()


@pytest.mark.parametrize("value", ["'", "\0", "%00", "a=" * 50, "🙂", "-1", "9" * 40, "view=all&view=2"])
def test_nonsense_is_answered(client, op, value):
    assert client.get(PAGE, {"for": value, "q": value}, follow=True).status_code == 200
    assert client.get(LIST, {"cols": value, "dense": value, "view": value}).status_code == 200
    assert client.post(PAGE, {"do": value, "view": value}).status_code == 404


def test_columns_that_were_not_chosen_are_left_out(client, op, team):
    make_group(team=team)
    page = client.get(f"{LIST}?cols=owner&cols=ends&cols=nonsense&dense=1").content.decode()
    assert "scroll dense without-activity without-members without-acts without-people without-trend without-net" in page
    assert "without-" not in client.get(f"{LIST}?cols=nonsense").content.decode()


def test_the_database_holds_one_default_and_one_of_a_name(op):
    kept(op, is_default=True)
    for fields in ({"name": "Mine"}, {"name": "Other", "is_default": True}, {"name": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedView.objects.create(owner=op, page="group-list", made_at=timezone.now(), **fields)
