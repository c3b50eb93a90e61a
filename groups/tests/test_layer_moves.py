"""Moves to the next layer, as they are written: once, taken back, refused, raced for, and kept by the tables."""

from datetime import date
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from groups import layer_moves
from groups.models import AuditEntry, LayerMove, MovedMember
from groups.rules.layer_moves import MoveFault
from groups.tests.making import make_group, make_team

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 10)


@pytest.fixture
def mass():
    return make_group(layer="mass", external_id="chat-1")


@pytest.fixture
def course(mass):
    return make_group(team=mass.team, layer="course", upstream=mass)


def record(source, target, people=5, **fields):
    given = {"on": ON, "known_members": 300, "token": uuid4(), "by": None, "now": timezone.now()} | fields
    return layer_moves.record_move(source=source, target=target, people=people, **given)


def standing(group):
    return LayerMove.objects.filter(source=group).aggregate(n=Sum("people"))["n"]


def test_the_same_form_sent_twice_moves_people_once(mass, course):
    token = uuid4()
    first = record(mass, course, token=token)
    assert record(mass, course, token=token) == first
    assert standing(mass) == 5
    assert AuditEntry.objects.get(verb="people moved on").after["layers"] == "mass > course"
    assert (first.from_layer, first.to_layer, first.members_unknown) == ("mass", "course", False)


def test_a_move_keeps_the_layers_of_its_day(mass, course):
    move = record(mass, course)
    mass.layer = "vip"
    mass.save()
    move.refresh_from_db()
    assert move.from_layer == "mass"


def test_a_move_is_taken_back_once(mass, course):
    move = record(mass, course)
    first = layer_moves.reverse_move(move=move, by=None, now=timezone.now())
    assert layer_moves.reverse_move(move=move, by=None, now=timezone.now()) == first
    assert (standing(mass), first.on) == (0, ON)
    with pytest.raises(layer_moves.ReversalStands):
        layer_moves.reverse_move(move=first, by=None, now=timezone.now())


@pytest.mark.parametrize("known", [299, None])
def test_no_more_move_on_a_day_than_were_members(mass, course, known):
    record(mass, course, 200, known_members=known)
    if known is None:
        assert record(mass, course, 200, known_members=None).members_unknown
        return
    with pytest.raises(layer_moves.MoveRefused) as refused:
        record(mass, course, 100, known_members=known)
    assert (refused.value.fault, refused.value.moved_that_day) == (MoveFault.TOO_MANY, 200)
    record(mass, course, 99, known_members=known)
    record(mass, course, 100, known_members=known, on=date(2026, 11, 11))


def test_nobody_moves_up_or_to_the_same_layer(mass, course):
    for source, target in ((course, mass), (mass, make_group(team=mass.team, layer="mass"))):
        with pytest.raises(layer_moves.MoveRefused) as refused:
            record(source, target)
        assert refused.value.fault == MoveFault.NOT_DOWN
    assert not LayerMove.objects.exists()


def test_members_are_kept_as_keyed_hashes_only(mass, course, settings):
    settings.MEMBER_KEY = "one key"
    move = record(mass, course, None, members=["wx-1", " wx-2 ", "wx-1", ""])
    assert move.people == 2
    kept = sorted(bytes(row.hash) for row in MovedMember.objects.all())
    assert kept == layer_moves.hashes_of(mass, ["wx-2", "wx-1"])
    assert all(len(each) == 16 and b"wx" not in each for each in kept)
    settings.MEMBER_KEY = "another key"
    assert layer_moves.hashes_of(mass, ["wx-1"])[0] not in kept


def test_a_member_moves_once_between_two_groups(mass, course):
    move = record(mass, course, None, members=["wx-1", "wx-2"])
    with pytest.raises(layer_moves.MovedBefore):
        record(mass, course, None, members=["wx-2", "wx-3"])
    assert LayerMove.objects.count() == 1
    vip = make_group(team=mass.team, layer="vip")
    record(mass, vip, None, members=["wx-2"])
    layer_moves.reverse_move(move=move, by=None, now=timezone.now())
    record(mass, course, None, members=["wx-2", "wx-3"])


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_at_once_that_are_too_many_together_one_is_refused():
    mass = make_group(layer="mass")
    course = make_group(team=mass.team, layer="course")
    start, moved, refused = Barrier(2), [], []

    def person():
        try:
            start.wait(timeout=120)
            moved.append(record(mass, course, 60, known_members=100))
        except layer_moves.MoveRefused as error:
            refused.append(error.moved_that_day)
        finally:
            connection.close()

    crew = [Thread(target=person) for _ in range(2)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert (len(moved), refused) == (1, [60])
    assert standing(mass) == 60


COLUMNS = 'team_id, source_id, target_id, from_layer, to_layer, "on", people, reverses_id, members_unknown, note'


@pytest.mark.parametrize(
    ("people", "to_itself", "reverses", "constraint"),
    [
        pytest.param(0, False, False, "only a reversal takes people back", id="nobody"),
        pytest.param(-5, False, False, "only a reversal takes people back", id="back without a move"),
        pytest.param(5, False, True, "only a reversal takes people back", id="a reversal that adds"),
        pytest.param(10_000_001, False, False, "within reason", id="too many"),
        pytest.param(5, True, False, "people move to another group", id="to itself"),
    ],
)
def test_the_database_refuses_moves_that_cannot_be(mass, course, people, to_itself, reverses, constraint):
    move = record(mass, course)
    target = mass if to_itself else course
    values = [mass.team_id, mass.pk, target.pk, "mass", "course", ON, people, move.pk if reverses else None, False, ""]
    marks = ", ".join(["%s"] * len(values))
    statement = f"INSERT INTO groups_layermove ({COLUMNS}, entered_at) VALUES ({marks}, now())"
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_database_refuses_a_second_reversal(mass, course):
    move = record(mass, course)
    reversal = layer_moves.reverse_move(move=move, by=None, now=timezone.now())
    reversal.pk = None
    with pytest.raises(IntegrityError, match="reverses_id"), transaction.atomic():
        reversal.save(force_insert=True)


def test_teams_keep_apart(mass):
    record(mass, make_group(team=mass.team, layer="course"))
    assert not LayerMove.objects.filter(team=make_team()).exists()
