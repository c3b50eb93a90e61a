"""Bulk changes from the list: asked once, written once, undone by whoever did it; foreign ids are passed over."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from groups import undoing
from groups.models import AuditEntry, Group, RegistryChange
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db
BULK = "/groups/bulk/"


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en")
    client.force_login(user)
    return user


def send(client, do, *groups, query="", **more):
    sent = {"do": do, "pick": [str(group.pk) for group in groups]} | more
    return client.post(BULK + query, sent)


def applied(client, do, *groups, value, token=None, **more):
    return send(client, do, *groups, apply="1", value=value, token=str(token or uuid4()), **more)


def test_the_page_says_what_will_change_before_it_does(client, op, team):
    groups = [make_group(team=team, name=f"G{n}") for n in range(2)]
    page = send(client, "layer", *groups)
    assert page.status_code == 200
    assert "2 groups" in page.content.decode()
    assert "G0" in page.content.decode()
    assert not RegistryChange.objects.exists()


@pytest.mark.parametrize(
    ("do", "value", "column", "after"),
    [("layer", "vip", "layer", "vip"), ("add_tag", "秋季", "tags", ["a", "秋季"]), ("remove_tag", "a", "tags", [])],
)
def test_the_picked_groups_change_and_the_list_offers_to_undo(client, op, team, do, value, column, after):
    picked, other = make_group(team=team, tags=["a"]), make_group(team=team, tags=["a"])
    answer = applied(client, do, picked, value=value, query="?layer=none&sort=name")
    assert answer.url == "/groups/?layer=none&sort=name"
    assert getattr(Group.objects.get(pk=picked.pk), column) == after
    assert Group.objects.get(pk=other.pk).version == 1
    page = client.get("/groups/?sort=name").content.decode()
    undo = reverse("registry-change-undo", args=[RegistryChange.objects.get().pk])
    assert undo in page
    assert undo not in client.get("/groups/?sort=name").content.decode()  # said once
    assert client.post(undo).status_code == 302
    assert getattr(Group.objects.get(pk=picked.pk), column) == ("none" if do == "layer" else ["a"])


def test_an_owner_is_assigned_to_all_that_match(client, op, team):
    mate = make_user(team)
    for name in ("A", "B"):
        make_group(team=team, name=name, layer="vip")
    rest = make_group(team=team, layer="mass")
    applied(client, "assign", value=mate.pk, all="1", query="?layer=vip")
    assert Group.objects.filter(owner=mate).count() == 2
    assert Group.objects.get(pk=rest.pk).version == 1


def test_ids_of_another_team_are_passed_over(client, op, team):
    mine, foreign = make_group(team=team), make_group()
    applied(client, "layer", mine, foreign, value="vip")
    assert list(Group.objects.filter(layer="vip")) == [mine]
    answer = applied(client, "layer", foreign, value="mass")
    assert answer.status_code == 302
    assert Group.objects.get(pk=foreign.pk).version == 1
    assert AuditEntry.objects.filter(object_id=foreign.pk).count() == 0


@pytest.mark.parametrize(
    ("do", "value", "sentence"),
    [
        ("layer", "", "Select the layer"),
        ("layer", "tower", "Select a valid choice"),
        ("add_tag", "", "Enter the tag"),
        ("add_tag", "two words", "A tag is one word without commas"),
        ("remove_tag", "never used", "Select a valid choice"),
        ("assign", "0", "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_written(client, op, team, do, value, sentence):
    answer = applied(client, do, make_group(team=team, tags=["a"]), value=value)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not RegistryChange.objects.exists()


def test_a_person_of_another_team_is_no_owner(client, op, team):
    answer = applied(client, "assign", make_group(team=team), value=make_user(make_team()).pk)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "sent", [{"do": ""}, {"do": "drop"}, {"do": "layer"}, {"do": "layer", "pick": ["x", "-1", "9" * 30]}]
)
def test_nonsense_leads_back_to_the_list(client, op, team, sent):
    make_group(team=team)
    answer = client.post(BULK, sent)
    assert answer.status_code == 302
    assert not RegistryChange.objects.exists()


def test_forged_fields_change_nothing_else(client, op, team):
    group = make_group(team=team)
    applied(
        client,
        "layer",
        group,
        value="vip",
        team=make_team().pk,
        is_administrator="1",
        version="9",
        closed_on="2026-01-01",
    )
    stands = Group.objects.get()
    assert (stands.team_id, stands.version, stands.closed_on, stands.layer) == (team.pk, 2, None, "vip")
    op.refresh_from_db()
    assert not op.is_administrator


def test_a_second_submit_of_the_same_page_does_nothing_more(client, op, team):
    group, token = make_group(team=team), uuid4()
    for _ in range(2):
        assert applied(client, "layer", group, value="vip", token=token).status_code == 302
    assert Group.objects.get().version == 2
    assert RegistryChange.objects.count() == 1


def test_only_whoever_did_it_and_administrators_undo(client, op, team):
    group = make_group(team=team)
    applied(client, "layer", group, value="vip")
    undo = reverse("registry-change-undo", args=[RegistryChange.objects.get().pk])
    client.force_login(make_user(team))
    assert client.post(undo).status_code == 404
    assert Group.objects.get().layer == "vip"
    client.force_login(make_user(is_administrator=True))
    assert client.post(undo).status_code == 302
    assert Group.objects.get().layer == "none"


def test_the_page_of_a_large_undo_tells_how_far_it_is_and_what_came_of_it(client, op, team, monkeypatch):
    monkeypatch.setattr(undoing, "WHILE_ONE_WAITS", 0)
    group = make_group(team=team)
    applied(client, "layer", group, value="vip")
    change = RegistryChange.objects.get()
    address = reverse("registry-change", args=[change.pk])
    assert "Undo within 7 days" in client.get(address).text
    for _ in range(2):
        assert client.post(reverse("registry-change-undo", args=[change.pk])).url == address
    page = client.get(address).text
    assert "Waiting for a worker" in page and "every 2s" in page
    undoing.work(change.pk, now=timezone.now())
    page = client.get(address).text
    assert "Put back or archived" in page and "every 2s" not in page
    assert Group.objects.get().layer == "none"


def test_the_picked_groups_are_taken_out_as_a_file(client, op, team):
    picked = make_group(team=team, name="Picked")
    make_group(team=team, name="Other")
    content = b"".join(send(client, "csv", picked).streaming_content).decode("utf-8-sig")
    assert "Picked" in content
    assert "Other" not in content
    assert AuditEntry.objects.latest("id").after["rows"] == 1
