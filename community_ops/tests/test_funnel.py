"""The funnel and the page of moves: figures, what leads to them, who may, what is refused, and who is warned."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from community_ops import todos
from community_ops.flows import Flow, Node, sankey
from groups import layer_moves
from groups.models import LayerMove
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line
from lifecycle.models import DailyActivity
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import KNOWN
from lifecycle.tests.cases.making import make_standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team(name="East")


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def layers(team, op):
    """Two mass groups (one whose members nobody knows), a course group, a VIP group."""
    made = {
        name: make_group(team=team, owner=op, name=name, layer=layer)
        for name, layer in (("Mass 1", "mass"), ("Mass 2", "mass"), ("Course", "course"), ("Elite", "vip"))
    }
    for name, members in (("Mass 1", 1000), ("Course", 200), ("Elite", 20)):
        make_standing(made[name], members=members)
    return made


def today():
    return timezone.localdate()


def move(source, target, people, back=1):
    return layer_moves.record_move(
        source=source, target=target, on=today() - timedelta(days=back), people=people, known_members=None,
        token=uuid4(), by=None, now=timezone.now(),
    )  # fmt: skip


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_layers_with_people_moves_shares_and_hours(client, layers):
    move(layers["Mass 1"], layers["Course"], 146)
    move(layers["Mass 2"], layers["Elite"], 4)
    move(layers["Course"], layers["Elite"], 7, back=89)
    taken_back = move(layers["Course"], layers["Elite"], 50)
    layer_moves.reverse_move(move=taken_back, by=None, now=timezone.now())
    move(layers["Course"], layers["Elite"], 99, back=90)  # before the period
    hourly = make_category("labour", priced_by="hour", default_price=Decimal(80))
    make_line(layers["Course"], None, quantity=Decimal(90), category=hourly, on=today())
    page = client.get(reverse("funnel"))
    rows = {row.layer.value: row for row in page.context["rows"]}
    assert [(row.groups, row.people, row.unknown_groups, row.moved) for row in rows.values()] == [
        (2, 1000, 1, 150),
        (1, 200, 0, 7),
        (1, 20, 0, 0),
    ]
    assert rows["mass"].conversion == 0.15
    assert rows["course"].hours_a_week == Decimal(7)
    assert rows["mass"].hours_a_week is None
    sentence = page.context["chart"].sentence
    assert "146 people from Mass group to Course group (≤ 14.6%)" in sentence
    assert "7 people from Course group to VIP group (3.5%)" in sentence


def test_a_figure_leads_to_as_many_people_and_groups(client, layers):
    move(layers["Mass 1"], layers["Course"], 30)
    move(layers["Mass 2"], layers["Course"], 12)
    layer_moves.reverse_move(move=move(layers["Mass 1"], layers["Elite"], 9), by=None, now=timezone.now())
    for row in client.get(reverse("funnel") + "?period=30").context["rows"]:
        behind = client.get(row.moves_address)
        assert behind.context["total"] == row.moved
        assert sum(each.people for each in behind.context["moves"]) == row.moved
        assert client.get(row.groups_address).content.decode().count('<th scope="row"') == row.groups
    narrowed = client.get(reverse("funnel-moves") + "?period=30&from=mass&to=vip")
    assert (narrowed.context["total"], narrowed.context["count"]) == (0, 2)


def test_the_scope_is_in_the_address_and_of_the_own_teams_only(client, layers, op):
    foreign = make_group(layer="mass", name="Foreign")
    make_standing(foreign, members=77)
    move(foreign, make_group(team=foreign.team, layer="course", name="Foreign course"), 5)
    for query in ("", f"?team={foreign.team_id}", "?period=nonsense&team=x", "?period=30&from=x&to=%00"):
        for name in ("funnel", "funnel-moves"):
            page = client.get(reverse(name) + query)
            assert page.status_code == 200
            assert "Foreign" not in page.content.decode()
            moved = [row.moved for row in page.context["rows"]] if name == "funnel" else [page.context["total"]]
            assert sum(moved) == 0, "nor are they counted"
    client.force_login(make_user(is_administrator=True, language="en"))
    page = client.get(reverse("funnel") + f"?team={foreign.team_id}&period=365")
    assert page.context["rows"][0].people == 77
    assert f"team={foreign.team_id}" in page.context["rows"][0].moves_address


def test_nothing_moved_is_said(client, layers):
    assert "Nobody is recorded as moved on within 90 days." in text_of(client.get(reverse("funnel")))
    assert "Nobody is recorded as moved on in this period" in text_of(client.get(reverse("funnel-moves")))


def test_the_number_of_queries_does_not_grow(client, layers, team, op, django_assert_max_num_queries):
    with django_assert_max_num_queries(9) as few:
        client.get(reverse("funnel"))
    for n in range(5):
        move(layers["Mass 1"], make_group(team=team, layer="course", name=f"Course {n}"), 2)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("funnel"))


def test_a_drawing_holds_a_band_per_flow_and_stays_in_its_box():
    nodes = [Node("mass", 0, "Mass", "1"), Node("course", 1, "Course", "1"), Node("vip", 2, "VIP", "1")]
    flows = [Flow("mass", "course", 900), Flow("mass", "vip", 1), Flow("course", "vip", 100)]
    drawn = sankey(nodes, flows, "what it says")
    assert drawn.count('class="flow"') == 3
    ends = [float(y) + float(tall) for y, tall in re.findall(r'y="([\d.]+)" width="10" height="([\d.]+)"', drawn)]
    assert len(ends) == 3 and max(ends) <= 182
    assert 'aria-label="what it says"' in drawn


def test_the_fullest_layer_is_as_high_as_the_drawing_whatever_the_numbers():
    nodes = [Node("mass", 0, "Mass", "1"), Node("course", 1, "Course", "1")]
    for people in (1, 7, 90_000):
        assert 'height="180.0"' in sankey(nodes, [Flow("mass", "course", people)], "")
    assert sankey(nodes, [], "").count('class="flow-node"') == 2


def typed(target, **fields):
    return {"target": target.pk, "people": "5", "on": today().isoformat(), "token": str(uuid4())} | fields


def test_people_are_recorded_once_and_taken_back(client, layers):
    address = reverse("group-moves", args=[layers["Mass 1"].pk])
    sent = typed(layers["Course"], note="Autumn camp")
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    made = LayerMove.objects.get()
    assert made.members_unknown, "no day of it was observed"
    assert "Nobody knows how many members" in text_of(client.get(address))
    for _ in range(2):
        client.post(address, {"reverse": made.pk})
    assert LayerMove.objects.count() == 2
    told = client.post(address, {"reverse": LayerMove.objects.get(reverses=made).pk}, follow=True)
    assert "cannot be taken back" in text_of(told)


def test_members_are_named_and_only_as_many_as_were_there(client, layers):
    mass = layers["Mass 1"]
    day = today() - timedelta(days=3)
    ensure_months(day, day)
    DailyActivity.objects.create(group_id=mass.pk, day=day, known=KNOWN["members"], members=3)
    address = reverse("group-moves", args=[mass.pk])
    assert client.post(address, typed(layers["Elite"], people="", members="wx-1\nwx-2\nwx-1\n")).status_code == 302
    assert LayerMove.objects.get().people == 2
    answer = client.post(address, typed(layers["Elite"], people="", members="wx-2"))
    assert answer.status_code == 422
    assert "Some of them are recorded as moved there already" in text_of(answer)
    answer = client.post(address, typed(layers["Elite"], people="2"))
    assert "The group had 3 members on that day and 2 had moved; enter fewer people" in text_of(answer)
    before = typed(layers["Elite"], people="900", on=(day - timedelta(days=1)).isoformat())
    assert client.post(address, before).status_code == 302, "what was observed later says nothing of that day"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"target": ""}, "Select where they went"),
        ({"people": ""}, "Enter how many people moved, or who"),
        ({"people": "0"}, "People must be between 1 and 1,000,000"),
        ({"people": "-1"}, "People must be"),
        ({"people": "1.5"}, "People must be a whole number"),
        ({"people": "3", "members": "a\nb"}, "2 members are named below"),
        ({"on": "2999-01-01"}, "Date must not be after today"),
        ({"on": "soon"}, "Date must be a date"),
        ({"members": "\n".join(f"m{n}" for n in range(501)), "people": ""}, "at most 500 members"),
        ({"token": "x"}, "Enter a valid UUID"),
    ],
)
def test_what_cannot_be_is_said(client, layers, fields, sentence):
    answer = client.post(reverse("group-moves", args=[layers["Mass 1"].pk]), typed(layers["Course"]) | fields)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not LayerMove.objects.exists()


def test_nobody_moves_to_another_team_a_closed_group_or_up(client, layers, team):
    address = reverse("group-moves", args=[layers["Course"].pk])
    foreign, closed = make_group(layer="vip"), make_group(team=team, layer="vip", closed_on=today())
    for target in (foreign, closed, layers["Mass 1"], layers["Course"]):
        assert client.post(address, typed(target)).status_code == 422
    assert not LayerMove.objects.exists()
    bottom = client.get(reverse("group-moves", args=[layers["Elite"].pk]))
    assert "No running group of the team lies in a deeper layer" in text_of(bottom)


@pytest.mark.parametrize("number", ["x", "", "0", "٣", "999999"])
def test_a_move_that_is_not_of_this_group_is_not_taken_back(client, layers, number):
    foreign = make_group(layer="mass")
    other = move(foreign, make_group(team=foreign.team, layer="vip"), 3)
    address = reverse("group-moves", args=[layers["Mass 1"].pk])
    assert client.post(address, {"reverse": number}).status_code == 404
    assert client.post(address, {"reverse": other.pk}).status_code == 404


def late_group(team, owner, **fields):
    given = {
        "plan_promotion_percent": Decimal(5), "plan_lifespan": "bounded", "layer": "course",
        "plan_starts_on": today() - timedelta(days=80), "plan_ends_on": today() + timedelta(days=10),
    }  # fmt: skip
    group = make_group(team=team, owner=owner, **given | fields)
    make_standing(group, members=100)
    return group


def test_owner_and_manager_are_told_that_the_end_is_near(client, team, op):
    group = late_group(team, op, name="Camp 12")
    late_group(team, make_user(team), name="Of somebody else")
    late_group(team, op, name="Far from its end", plan_ends_on=today() + timedelta(days=31))
    late_group(team, op, name="Closed", closed_on=today())
    late_group(team, op, name="Nothing promised", plan_promotion_percent=None)
    with translation.override("en"):
        mine = list(todos.promotions_due(op, today()))
    assert [(todo.text, todo.detail) for todo in mine] == [("Camp 12", "10 days left, 0 of 15 people have moved on")]
    assert {todo.text for todo in todos.promotions_due(make_user(team, "manager"), today())} == {
        "Camp 12",
        "Of somebody else",
    }
    assert not list(todos.promotions_due(make_user(make_team(), "manager"), today()))
    assert "Promotion late" in text_of(client.get(reverse("group-page", args=[group.pk])))
    assert "Camp 12" in text_of(client.get(reverse("funnel")))
    move(group, make_group(team=team, layer="vip"), 15)
    assert not list(todos.promotions_due(op, today()))
    assert "Promotion late" not in text_of(client.get(reverse("group-page", args=[group.pk])))
