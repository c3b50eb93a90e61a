"""What a group is judged by, on its page: its profile, a second number, reach, the curve of its plan, waiting."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from community_ops.group_profile import profile_of_plan, reach_sentence
from groups.tests.making import make_group, make_team, make_user
from lifecycle.health import judge_groups
from lifecycle.rules.profiles import Profile
from lifecycle.rules.reach import Reach, Sent
from lifecycle.tests.health_making import write_counts
from lifecycle.tests.series_making import poisson_speakers

pytestmark = pytest.mark.django_db

DAYS = 200
LAST = date(2026, 11, 21)
FIRST = LAST - timedelta(days=DAYS - 1)


@pytest.fixture
def person():
    with time_machine.travel("2026-11-22T04:00:00Z", tick=False):
        yield make_user(make_team(), language="en")


def make_judged(person, counts, **fields):
    """A group of the person, with its counts by day, judged through LAST."""
    given = {"opened_on": FIRST} | fields
    group = make_group(team=person.memberships.get().team, owner=person, **given)
    write_counts(group, FIRST, **counts)
    judge_groups([group.pk], LAST, LAST, now=None)
    return group


def read(client, person, group):
    client.force_login(person)
    answer = client.get(reverse("group-page", args=[group.pk]))
    return answer, answer.content.decode()


def talked(speakers):
    return {"messages": speakers * 2, "speakers": speakers}


def orders(mean, seed=1):
    return np.random.default_rng(seed).poisson(np.broadcast_to(mean, DAYS)).astype(float)


@pytest.mark.parametrize(
    ("fields", "profile"),
    [
        pytest.param({"plan_monetization": "none"}, Profile.CONVERSATION, id="talk"),
        pytest.param({"plan_monetization": "repurchase"}, Profile.HYBRID, id="talks and sells"),
        pytest.param({"plan_signal": "answered_24h"}, Profile.SERVICE, id="answers"),
        pytest.param({"plan_activity_kind": "transaction"}, Profile.TRANSACTION, id="sells"),
        pytest.param({"plan_activity_kind": "transaction", "layer": "mass"}, Profile.BROADCAST, id="mass"),
        pytest.param(
            {"plan_lifespan": "flash", "plan_ends_on": date(2027, 1, 9), "plan_activity_kind": "transaction"},
            Profile.FLASH,
            id="flash",
        ),
    ],
)
def test_the_plan_says_by_what_a_group_is_judged(person, fields, profile):
    group = make_group(owner=person, team=person.memberships.get().team, opened_on=FIRST, **fields)
    assert profile_of_plan(group.plans.get(), group) == profile


def test_a_group_that_talks_and_sells_has_two_numbers_that_are_never_averaged(client, person):
    """Talk as ever while orders dry up: the state and the first number stand, the second one falls."""
    sold = orders(np.where(np.arange(DAYS) < 150, 6.0, 0.2))
    talk = poisson_speakers(DAYS, mean=9)[:, 0]
    group = make_judged(person, talked(talk) | {"orders": sold, "buyers": sold}, plan_monetization="repurchase")
    answer, page = read(client, person, group)
    beside = answer.context["beside"]
    assert answer.context["score"] > 90
    assert beside.second_score < 75
    assert sum(loss.points for loss in beside.second if loss.points is not None) == beside.second_lost
    assert "As a group that sells" in page
    assert "two numbers that are never averaged" in page


def test_without_orders_the_second_number_is_said_to_be_unknown(client, person):
    group = make_judged(person, talked(poisson_speakers(DAYS, mean=6)[:, 0]), plan_monetization="new_customer")
    answer, page = read(client, person, group)
    assert answer.context["beside"].second_score is None
    assert "its second number is not known" in page


def test_a_group_that_answers_tells_how_often_a_word_was_not_left_alone(client, person):
    talk = np.where(np.arange(DAYS) % 2 == 0, 1.0, 3.0)
    group = make_judged(person, talked(talk), plan_signal="answered_24h", plan_signal_target=Decimal(90))
    answer, page = read(client, person, group)
    level = next(loss for loss in answer.context["losses"] if loss.part == "Level")
    assert level.why == "two people or more spoke on 50% of the days with a word"
    assert "(target 90% of the questions)" in page
    assert "as many acts as usual" not in page


def test_a_mass_group_tells_what_its_adverts_bring(client, person):
    ads = np.where(np.arange(DAYS) % 2 == 0, 1.0, 0.0)
    clicks = np.where(np.arange(DAYS) < DAYS - 28, 10.0, 5.0)
    counts = {"ads": ads, "clicks": clicks, "messages": ads}
    group = make_judged(person, counts, plan_activity_kind="transaction", layer="mass")
    _answer, page = read(client, person, group)
    assert "14 adverts and 140 clicks in 28 days: 10.0 clicks for each advert, 20.0 in the 12 weeks before." in page


def test_a_group_that_is_offered_nothing_has_no_score_and_says_why(client, person):
    day = np.arange(DAYS)
    sold = orders(np.where(day < DAYS - 20, 8.0, 0.0))
    ads = np.where(day < DAYS - 20, 1.0, 0.0)
    group = make_judged(person, {"orders": sold, "buyers": sold, "ads": ads}, plan_activity_kind="transaction")
    answer, page = read(client, person, group)
    assert [flag.cause for flag, _words in answer.context["standing_flags"]] == ["unserved"]
    assert "Nothing offered: no advert and no order on 20 observed days in a row" in page
    assert "quiet without an offer says nothing" in page
    assert "There is too little data for a score" not in page
    assert answer.context["score"] is None


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        pytest.param(
            {"plan_goal_28": 280}, "Day 13 of 25: 104 orders, where the plan has 130 by now (80%); 250 in all.",
            id="orders",
        ),
        pytest.param({"plan_planned_revenue": Decimal(3044)}, "of revenue, where the plan has", id="revenue"),
        pytest.param({}, "no curve to hold it against", id="no goal"),
    ],
)  # fmt: skip
def test_a_flash_group_stands_beside_its_plan(client, person, plan, words):
    starts = LAST - timedelta(days=12)
    sold = np.where(np.arange(DAYS) >= DAYS - 13, 8.0, np.nan)
    group = make_judged(
        person, {"orders": sold, "revenue_cents": sold * 1000}, opened_on=starts, plan_activity_kind="transaction",
        plan_lifespan="flash", plan_starts_on=starts, plan_ends_on=starts + timedelta(days=24), **plan,
    )  # fmt: skip
    _answer, page = read(client, person, group)
    assert words in page


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        pytest.param(Reach(Sent(None, 0), Sent(None, 0), False), "No source counts both", id="unknown"),
        pytest.param(Reach(Sent(2, 9), Sent(30, 60), False), "too few", id="few"),
        pytest.param(
            Reach(Sent(10, 25), Sent(None, 0), True),
            "25 orders in 28 days: 2.5 orders for each advert.",
            id="orders, no past",
        ),
        pytest.param(
            Reach(Sent(10, 25), Sent(20, 20), True),
            "2.5 orders for each advert, 1.0 in the 12 weeks before",
            id="orders",
        ),
        pytest.param(
            Reach(Sent(10, 25), Sent(2, 20), False),
            "25 clicks in 28 days: 2.5 clicks for each advert.",
            id="clicks, no past",
        ),
    ],
)
def test_reach_says_what_is_known(reach, words):
    with translation.override("en"):
        assert words in reach_sentence(reach)
