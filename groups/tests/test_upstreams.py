"""Where members come from: found by what people type, never from the group itself, never from another team."""

import pytest
from django.urls import reverse
from django.utils import timezone

from groups import registration, undoing, upstreams
from groups.access import team_roles
from groups.models import ChangedGroup, Group, RegistryChange
from groups.tests.making import make_group, make_team, make_user
from groups.tests.racing import at_once
from groups.tests.test_registry_pages import facts, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en")
    client.force_login(user)
    return user


def named(team, op, name, **fields):
    return make_group(team=team, owner=op, name=name, **registration.search_keys_of(name, "") | fields)


def feed(op, group, upstream):
    stands = Group.objects.get(pk=group.pk)
    return registration.edit_group(
        group=stands, version=stands.version, values={"upstream_id": upstream.pk}, by=op, now=timezone.now()
    )


def edited(client, group, upstream):
    stands = Group.objects.get(pk=group.pk)
    return client.post(reverse("group-edit", args=[group.pk]), facts(stands, upstream=upstream))


def test_the_form_sets_keeps_and_empties_the_source_of_members(client, op, team):
    mass, course = named(team, op, "大群", layer="mass"), named(team, op, "课程群", layer="course")
    assert edited(client, course, "大群").status_code == 302
    course.refresh_from_db()
    assert course.upstream == mass
    page = client.get(reverse("group-edit", args=[course.pk]))
    assert page.context["facts"].initial["upstream"] == "大群"
    registration.close_group(group=mass, on=timezone.localdate(), by=op, now=timezone.now())
    text = client.get(reverse("group-edit", args=[course.pk])).context["facts"].initial["upstream"]
    assert edited(client, course, text).status_code == 302  # a closed source stays
    course.refresh_from_db()
    assert course.upstream == mass
    assert edited(client, course, "").status_code == 302
    course.refresh_from_db()
    assert course.upstream is None


def test_a_new_group_says_where_its_members_come_from(client, op, team):
    mass = named(team, op, "大群")
    assert client.post(reverse("group-new"), typed(op, team=team.pk, upstream="大群")).status_code == 302
    assert Group.objects.latest("pk").upstream == mass


def test_a_name_that_several_groups_have_is_asked_back_with_numbers(client, op, team):
    first, second, course = named(team, op, "大群"), named(team, op, "大群"), named(team, op, "课程群")
    answer = edited(client, course, "大群")
    (sentence,) = answer.context["facts"].errors["upstream"]
    assert (answer.status_code, f"大群 #{first.pk}" in sentence, f"大群 #{second.pk}" in sentence) == (422, True, True)
    assert edited(client, course, f"大群 #{second.pk}").status_code == 302
    course.refresh_from_db()
    assert course.upstream == second


def test_neither_the_group_itself_nor_one_that_it_feeds_is_taken(client, op, team):
    mass, course, vip = (named(team, op, name) for name in ("大群", "课程群", "金卡群"))
    feed(op, course, mass)
    feed(op, vip, course)
    for text in ("大群", "金卡群", "课程群"):
        answer = edited(client, mass, text)
        assert (answer.status_code, list(answer.context["facts"].errors)) == (422, ["upstream"])
    with pytest.raises(upstreams.FeedsItself):
        feed(op, mass, vip)
    assert Group.objects.get(pk=mass.pk).upstream is None


def test_groups_of_another_team_are_neither_suggested_nor_taken(client, op, team):
    foreign = named(make_team(), make_user(), "大群 别队")
    course = named(team, op, "课程群")
    assert edited(client, course, "大群 别队").status_code == 422
    assert edited(client, course, f"大群 别队 #{foreign.pk}").status_code == 422
    address = reverse("group-upstreams")
    assert b"option" not in client.get(address, {"upstream": "大群"}).content
    assert b"option" not in client.get(address, {"upstream": "大群", "team": foreign.team_id}).content
    assert client.get(address, {"upstream": "", "group": foreign.pk}).status_code == 404
    assert "课程群" in client.get(address, {"upstream": "课程"}).content.decode()
    assert b"option" not in client.get(address, {"upstream": "课程", "group": course.pk}).content


def test_an_undo_leaves_out_a_group_that_would_feed_itself(op, team):
    mass, course = named(team, op, "大群"), named(team, op, "课程群")
    change = RegistryChange.objects.create(kind="import", token="0" * 32, by=op, at=timezone.now())
    ChangedGroup.objects.create(change=change, group=mass, before={"upstream_id": course.pk}, version=1)
    feed(op, course, mass)
    done = undoing.undo(change=change, by=op, now=timezone.now())
    assert (done.groups_back, done.groups_left) == (0, 1)


def test_the_page_of_a_group_shows_the_way_through_the_layers(client, op, team, django_assert_num_queries):
    mass, course, vip = (named(team, op, name) for name in ("大群", "课程群", "金卡群"))
    feed(op, course, mass)
    feed(op, vip, course)
    team_roles(op)  # remembered from then on
    with django_assert_num_queries(2):
        way = upstreams.way_of(vip, op)
    assert (way.above, way.below, way.more) == ([mass, course], [], 0)
    page = client.get(reverse("group-page", args=[course.pk])).content.decode()
    for group in (mass, vip):
        assert reverse("group-page", args=[group.pk]) in page


@pytest.mark.django_db(transaction=True)
def test_two_edits_at_once_close_no_circle():
    team = make_team()
    op = make_user(team)
    one, two = named(team, op, "A"), named(team, op, "B")

    results = at_once(lambda: feed(op, one, two), lambda: feed(op, two, one))
    assert sum(isinstance(result, upstreams.FeedsItself) for result in results) == 1
    assert Group.objects.exclude(upstream=None).count() == 1
