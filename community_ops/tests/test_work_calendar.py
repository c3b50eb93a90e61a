"""The calendar of work: what falls on which day for whom, the kinds of days, and how much of a day is shown."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from community_ops.my_steps.month import SHOWN, kind_of, month_of_work
from community_ops.tests.fleet_making import MORNING
from groups.tests.making import make_group, make_team, make_user
from lifecycle.models import Case
from lifecycle.tests.cases.making import make_case, make_decided, make_dying_group

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False), translation.override("en"):
        yield


@pytest.fixture
def team():
    return make_team()


def found(user, *, of_team=False, first=FIRST, last=LAST):
    days = month_of_work(user, first, last, TODAY, of_team=of_team)
    return {(day.day.day, entry.text, entry.about) for day in days for entry in day.entries}


def test_each_kind_of_work_stands_on_its_day_for_whose_it_is(team):
    operator, manager = make_user(team), make_user(team, "manager")
    stranger = make_user(make_team(), "manager")
    make_case(make_dying_group(team=team, owner=operator, name="Coupons"))
    planned = make_decided(make_case(make_dying_group(team=team, owner=operator, name="Readers")), "revive")
    make_group(
        team=team, owner=operator, name="Flash", opened_on=TODAY - timedelta(days=20), plan_review_every_days=25,
        plan_ends_on=TODAY + timedelta(days=2),
    )  # fmt: skip
    mine = found(operator)
    assert (16, "Coupons", "to be decided") in mine and (24, "Flash", "ends as planned") in mine
    assert (27, "Flash", "review is due") in mine
    assert sum(about == "Readers" for _day, _text, about in mine) == planned.tasks.count()
    assert found(manager, of_team=True) >= mine and found(manager) == set() == found(stranger, of_team=True)
    Case.objects.filter(group__name="Coupons").update(snoozed_until=TODAY + timedelta(days=30))
    assert (16, "Coupons", "to be decided") not in found(operator)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 10, 2), "festival, the clocks of cases stand"),
        (date(2026, 11, 20), ""),
        (date(2026, 11, 21), ""),
        (date(2026, 1, 1), "holiday"),
        (date(2026, 1, 4), "working day"),
    ],
    ids=["National Day", "Friday", "Saturday", "New Year", "a Sunday on which people work"],
)
def test_days_that_are_not_usual_say_so(day, kind):
    assert kind_of(day) == kind


def test_days_of_a_festival_in_a_row_are_told_at_once_but_those_with_something_to_do(team):
    owner = make_user(team)
    make_group(team=team, owner=owner, name="Flash", opened_on=date(2026, 9, 1), plan_ends_on=date(2026, 10, 3))
    days = month_of_work(owner, date(2026, 10, 1), date(2026, 10, 31), date(2026, 10, 6), of_team=False)
    told = {day.day.day: (day.until and day.until.day, day.goes_on) for day in days if day.kind}
    assert told[1] == (2, False) and told[2] == (None, True)
    assert told[3] == (None, False)  # the group ends
    assert told[4] == (5, False) and told[5] == (None, True)
    assert told[6] == (None, False)  # today
    assert told[7][0] and not told[7][1]


def test_a_full_day_says_how_much_more_there_is_and_costs_no_more_queries(client, team, django_assert_num_queries):
    manager = make_user(team, "manager", language="en")
    client.force_login(manager)
    address = reverse("work-calendar")

    def open_cases(count):
        for _n in range(count):
            make_case(make_dying_group(team=team))

    open_cases(2)
    client.get(address)
    with django_assert_num_queries(7):
        assert len([e for day in client.get(address).context["days"] for e in day.entries]) == 2
    open_cases(3)
    with django_assert_num_queries(7):
        days = client.get(address).context["days"]
    assert [(len(day.entries), day.more) for day in days if day.entries] == [(SHOWN, 2)]
    for nonsense in ("2026-13", "x", "٢٠٢٦-١٢"):
        assert client.get(address, {"month": nonsense}).context["first"] == FIRST
    assert "The working days of 2031 are not published yet" in client.get(address, {"month": "2031-02"}).text
