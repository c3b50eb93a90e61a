"""The ledger of all groups: what each filter leaves, what it adds up to, and whose lines are never there."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import SavedView
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team(name="East")


@pytest.fixture
def op(team):
    return make_user(team, language="en")


@pytest.fixture
def lines(team, op):
    """Three lines of two groups, one of long ago, one of another team."""
    today = timezone.localdate()
    tea, coffee = make_group(team=team, name="Tea lovers"), make_group(team=team, name="Coffee corner")
    rent = make_category(name="Rent of rooms")
    foreign = make_group(team=make_team(), name="Tea of others")
    make_line(foreign, "999", on=today)
    return {
        "sale": make_line(tea, "100", on=today, by=op),
        "rent": make_line(tea, "30", on=today - timedelta(days=1), category=rent),
        "coffee": make_line(coffee, "7", on=today - timedelta(days=2), by=op),
        "old": make_line(coffee, "5", on=today - timedelta(days=200), by=op),
    }


def shown(client, lines, **asked):
    page = client.get(reverse("ledger-lines"), asked)
    assert page.status_code == 200
    names = {line.pk: name for name, line in lines.items()}
    return [names[line.pk] for line in page.context["lines"]], page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["sale", "rent", "coffee"]),
        ({"since": ""}, ["sale", "rent", "coffee", "old"]),
        ({"q": "tea"}, ["sale", "rent"]),
        ({"part": "revenue"}, ["sale", "coffee"]),
        ({"part": "costs"}, ["rent"]),
        ({"by": "mine"}, ["sale", "coffee"]),
        ({"by": "nobody"}, ["rent"]),
        ({"q": "nothing like it"}, []),
        ({"part": "nonsense", "since": "never", "team": "x"}, ["sale", "rent", "coffee", "old"]),
    ],
)
def test_each_filter_narrows(client, op, lines, asked, found):
    client.force_login(op)
    assert shown(client, lines, **asked)[0] == found


def test_days_team_and_category_narrow(client, op, lines, team):
    client.force_login(op)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert shown(client, lines, since=yesterday, until=yesterday)[0] == ["rent"]
    assert shown(client, lines, category=lines["rent"].category_id)[0] == ["rent"]
    assert shown(client, lines, team=team.pk)[0] == ["sale", "rent", "coffee"]
    foreign = make_team()
    assert "left out" in shown(client, lines, team=foreign.pk)[1].text


def test_the_sum_is_that_of_all_that_fit(client, op, lines):
    client.force_login(op)
    sums = shown(client, lines)[1].context["sums"]
    assert (sums["revenue"], sums["costs"], sums["net"], sums["count"]) == (Decimal(107), Decimal(30), Decimal(77), 3)
    assert not sums["exact"]  # nobody said what the goods cost


def test_a_number_of_statements_that_does_not_grow(client, op, lines, team, django_assert_max_num_queries):
    client.force_login(op)
    client.get(reverse("ledger-lines"))
    with django_assert_max_num_queries(14) as few:
        client.get(reverse("ledger-lines"))
    for number in range(60):
        make_line(make_group(team=team), "1", on=timezone.localdate(), note=f"note {number}")
    with django_assert_max_num_queries(len(few)):
        page = client.get(reverse("ledger-lines"))
    assert len(page.context["lines"]) == 50 and page.context["page"].after
    rest = client.get(reverse("ledger-lines"), {"after": page.context["page"].after})
    assert len(rest.context["lines"]) == 13


def test_it_opens_with_a_view(client, op):
    client.force_login(op)
    made = {"page": "ledger-lines", "name": "Mine", "query": "by=mine&since=", "made_at": timezone.now()}
    view = SavedView.objects.create(owner=op, is_default=True, **made)
    opened = client.get(reverse("ledger-lines"))
    assert opened.status_code == 302 and opened.url.endswith(f"?by=mine&since=&view={view.pk}")
    assert "Mine" in client.get(opened.url).text
