"""The review page: plan against actual, what is refused, and what becomes of it on the home page."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from assessments.models import Review
from assessments.tests.making import signed_in
from community_ops import todos
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line
from lifecycle.models import DailyActivity
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import KNOWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def group(today):
    team = make_team()
    return make_group(
        team=team,
        owner=make_user(team, language="en"),
        opened_on=today - timedelta(days=60),
        plan_review_every_days=14,
        plan_planned_net="1000",
        plan_planned_conversion="0.08",
        plan_weekly_hours="4",
    )


def observe(group, today, days=28, **counts):
    ensure_months(today - timedelta(days=days), today)
    known = sum(KNOWN[name] for name in counts)
    for back in range(1, days + 1):
        DailyActivity.objects.create(group_id=group.pk, day=today - timedelta(days=back), known=known, **counts)


def shown(group):
    return signed_in(group.owner).get(reverse("group-review", args=[group.pk]))


def line(answer, code):
    codes = ["members", "conversion", "net", "weekly_hours", "acts_28", "people_28", "state"]
    return answer.context["lines"][codes.index(code)]


def test_plan_and_actual_stand_side_by_side(group, today):
    observe(group, today, members=100, buyers=4)  # 28 x 4 buyers, at most 4 on a day: about 21 people
    make_line(group, "2000", goods_cost="800", on=today - timedelta(days=3))
    make_line(
        group,
        None,
        category=make_category("labour", priced_by="hour"),
        quantity=Decimal(12),
        unit_price=Decimal(50),
        on=today - timedelta(days=5),
    )
    page = shown(group)
    assert (line(page, "members").planned, line(page, "members").actual) == ("--", "100")
    assert (line(page, "conversion").planned, line(page, "conversion").actual) == ("8%", "21.2%")
    assert line(page, "net").planned == "¥1,000"
    assert line(page, "net").actual == "¥652"  # 600 in 28 days
    assert line(page, "weekly_hours").actual == "3.0"


def test_what_nobody_knows_is_not_zero(group):
    page = shown(group)
    assert {line(page, code).actual for code in ("members", "conversion", "net", "weekly_hours")} == {"--"}


def test_few_days_of_buyers_tell_no_conversion(group, today):
    observe(group, today, days=13, members=100, buyers=4)
    assert line(shown(group), "conversion").actual == "--"


def test_goods_of_unknown_cost_make_the_net_an_upper_bound(group, today):
    make_line(group, "2000", on=today - timedelta(days=3))
    found = line(shown(group), "net")
    assert found.actual == "¥2,173" and found.note


def test_a_review_goes_on_record_with_the_figures_that_were_shown(group, today):
    observe(group, today, members=100)
    client = signed_in(group.owner)
    address = reverse("group-review", args=[group.pk])
    sent = {"token": str(uuid4()), "serves": "no", "decision": "end", "note": "Nobody asks any more"}
    assert client.post(address, sent).status_code == 302
    review = Review.objects.get()
    assert review.figures[0] == {"code": "members", "planned": None, "actual": "100", "at_most": False}
    assert "Nobody asks any more" in client.get(address).content.decode()
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent | {"token": str(uuid4())}, follow=True).status_code == 200
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({}, "Select whether the activity serves the goal"),
        ({"serves": "yes"}, "Select what follows"),
        ({"serves": "yes", "decision": "adjust", "note": "  no  "}, "Write in at least 6 characters what you saw"),
        ({"serves": "partly", "decision": "keep"}, "Write in at least 6 characters what you saw"),
        ({"serves": "yes", "decision": "keep", "note": "x" * 401}, "The note must have at most 400 characters"),
    ],
    ids=["nothing", "no decision", "no reason to adjust", "no reason to keep", "too long"],
)
def test_what_is_refused_says_what_to_do_and_keeps_what_was_typed(group, sent, problem):
    client = signed_in(group.owner)
    answer = client.post(reverse("group-review", args=[group.pk]), {"token": str(uuid4())} | sent)
    assert answer.status_code == 422
    assert problem in answer.content.decode()
    if note := sent.get("note", "").strip():
        assert note in answer.content.decode()
    assert not Review.objects.exists()


def test_what_is_due_waits_at_home_for_the_owner_alone(group, today):
    with translation.override("en"):
        found = list(todos.reviews_due(group.owner, today))
    assert [(todo.text, todo.address) for todo in found] == [
        ("1 review is due", reverse("group-review", args=[group.pk]))
    ]
    assert not list(todos.reviews_due(make_user(group.team), today))


def test_the_list_shows_what_was_missed_and_asks_twice_whatever_the_number(group, today, django_assert_num_queries):
    for _n in range(5):
        make_group(team=group.team, owner=group.owner, opened_on=today - timedelta(days=16), plan_review_every_days=14)
    client = signed_in(group.owner)
    client.get(reverse("review-list"))
    with django_assert_num_queries(5):
        page = client.get(reverse("review-list"))
    assert page.context["count"] == 6
    assert page.context["due"].rows[0].turn.missed == 3
    assert "missed 3 times" in page.content.decode()


def test_a_closed_group_is_seen_through_its_last_day(today):
    closed = make_group(opened_on=date(2026, 1, 1), closed_on=today - timedelta(days=40), plan_planned_net="10")
    make_line(closed, "280", goods_cost="0", on=today - timedelta(days=41))
    assert line(shown(closed), "net").actual == "¥304"
