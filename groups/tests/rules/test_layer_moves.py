"""Moves down the funnel and late promotions, on both sides of each line."""

import hashlib
import hmac
from datetime import date, timedelta
from decimal import Decimal

import pytest

from groups.rules.layer_moves import MoveFault, Promotion, fault_of_move, goes_down, late_promotion
from groups.rules.member_hashes import member_hash, scope_of

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("source", "target", "down"),
    [
        ("mass", "course", True),
        ("mass", "vip", True),
        ("course", "vip", True),
        ("none", "mass", True),
        ("none", "vip", True),
        ("course", "course", False),
        ("vip", "course", False),
        ("vip", "mass", False),
        ("mass", "none", False),
        ("none", "none", False),
    ],
)
def test_people_move_down(source, target, down):
    assert goes_down(source, target) is down


@pytest.mark.parametrize(
    ("people", "before", "members", "fault"),
    [
        pytest.param(312, 0, 312, None, id="everybody"),
        pytest.param(313, 0, 312, MoveFault.TOO_MANY, id="one more than there are"),
        pytest.param(12, 300, 312, None, id="the last of them"),
        pytest.param(13, 300, 312, MoveFault.TOO_MANY, id="one more together with those of before"),
        pytest.param(9999, 0, None, None, id="members unknown"),
        pytest.param(1, 0, 0, MoveFault.TOO_MANY, id="an empty group"),
    ],
)
def test_no_more_people_move_than_were_there(people, before, members, fault):
    found = fault_of_move(from_layer="mass", to_layer="vip", people=people, moved_that_day=before, members=members)
    assert found == fault


def test_nobody_moves_up_however_few():
    found = fault_of_move(from_layer="vip", to_layer="mass", people=1, moved_that_day=0, members=None)
    assert found == MoveFault.NOT_DOWN


def promotion(**fields):
    given = {
        "percent": Decimal(5),
        "starts_on": TODAY - timedelta(days=335),
        "ends_on": TODAY + timedelta(days=30),
        "members": 300,
        "moved": 0,
    }
    return Promotion(**given | fields)


@pytest.mark.parametrize(
    ("fields", "quota"),
    [
        pytest.param({}, 180, id="300 x 5 % x 12 months"),
        pytest.param({"percent": Decimal(50)}, 300, id="never more than there are"),
        pytest.param({"starts_on": TODAY + timedelta(days=29)}, 1, id="a day of it is one person"),
        pytest.param({"members": None}, None, id="members unknown"),
        pytest.param({"members": 0}, 0, id="nobody there"),
    ],
)
def test_how_many_should_move(fields, quota):
    assert promotion(**fields).quota == quota


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        pytest.param({}, 180, id="30 days before the end"),
        pytest.param({"ends_on": TODAY + timedelta(days=31)}, "none", id="31 days before"),
        pytest.param({"moved": 179}, 1, id="one is missing"),
        pytest.param({"moved": 180}, "none", id="all have moved"),
        pytest.param({"ends_on": TODAY - timedelta(days=5)}, 163, id="past its end and still open"),
        pytest.param({"members": None}, None, id="members unknown, nobody moved"),
        pytest.param({"members": None, "moved": 1}, "none", id="members unknown, somebody moved"),
        pytest.param({"percent": Decimal(0)}, "none", id="nobody was to move"),
        pytest.param({"members": 0}, "none", id="nobody there"),
        pytest.param({"members": None, "percent": Decimal(0)}, "none", id="nobody was to move, members unknown"),
    ],
)
def test_a_promotion_is_late_near_the_end(fields, missing):
    late = late_promotion(promotion(**fields), TODAY)
    assert (late.missing if late else "none") == missing


def test_the_hash_is_that_of_imported_activity():
    """The formula that stored hashes were made with: another would cut members off from their past."""
    made = hmac.digest(b"key", b'["wecom", "chat-1"]member-1', "sha256")[:16]
    assert member_hash(b"key", scope_of("wecom", "chat-1"), "member-1") == made
    assert member_hash(b"key", "", "member-1") != made
    assert made != hashlib.sha256(b"member-1").digest()[:16]
