"""The pages of sponsors: calendar, partners, placements, and the price of trust read from real tables."""

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from community_ops.sponsors.trust import summed, trust_of
from groups.models import LedgerLine, Partner, Placement
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line
from groups.tests.making_sponsors import make_partner, make_placement
from lifecycle.models import DailyActivity
from lifecycle.partitions import ensure_months
from lifecycle.rules.calendar import is_festival
from lifecycle.rules.counts import KNOWN
from lifecycle.tests.cases.making import make_standing

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 30)
ON = date(2026, 6, 8)  # a Monday; no festival and its neighbours within five weeks before


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en", display_name="Li")
    client.force_login(user)
    return user


@pytest.fixture
def group(team, op):
    return make_group(team=team, owner=op, name="City walks", plan_placements_per_month=2)


@pytest.fixture
def partner(team):
    return make_partner(team, name="Acme")


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def observe(group, first, last, leaves=2, speakers=30, members=None):
    ensure_months(first, last)
    known = KNOWN["leaves"] | KNOWN["speakers"] | KNOWN["joins"]
    DailyActivity.objects.bulk_create(
        DailyActivity(group_id=group.pk, day=first + timedelta(days=n), known=known, leaves=leaves, speakers=speakers,
                      joins=1)
        for n in range((last - first).days + 1)
    )  # fmt: skip


def shown(group, partner, on=ON, **fields):
    return make_placement(group, partner, on=on, state="done", **fields)


def test_leaves_and_silence_after_a_placement_in_people_and_yuan(group, partner):
    observe(group, ON - timedelta(days=28), ON - timedelta(days=1))
    observe(group, ON, ON + timedelta(days=6), leaves=5, speakers=24)
    make_line(group, "650.00", category=make_category("acquisition"), on=ON)
    found = trust_of([shown(group, partner)], TODAY)
    each = next(iter(found.values()))
    assert each.trust.leaves > Decimal(18)
    assert each.trust.silent > 0
    assert (each.worth.basis, each.worth.yuan) == ("cost_per_join", Decimal("18.57"))  # 650 / 35 joins
    assert each.yuan == each.trust.leaves * Decimal("18.57")
    # 20 working and 8 rest days before (0.7 each) made 56 leaves; 5 and 2 after.
    usual = Decimal(56) / Decimal("25.6") * Decimal("6.4")
    assert each.trust.leaves == (35 - usual).quantize(Decimal("0.1"))


def test_what_nobody_observed_has_no_price(group, partner):
    placements = [shown(group, partner), make_placement(group, partner, on=ON)]
    found = trust_of(placements, TODAY)
    assert list(found) == [placements[0].pk], "a planned one was seen by nobody"
    assert (found[placements[0].pk].trust.leaves, found[placements[0].pk].yuan) == (None, None)
    total = summed(found.values())
    assert (total.placements, total.known, total.leaves, total.yuan) == (1, 0, None, None)


def test_placements_of_one_day_share_what_follows(group, partner):
    observe(group, ON - timedelta(days=28), ON - timedelta(days=1), leaves=0)
    observe(group, ON, ON + timedelta(days=6), leaves=2)
    both = [shown(group, partner), shown(group, make_partner(group.team))]
    found = trust_of(both, TODAY)
    assert [each.trust.leaves for each in found.values()] == [Decimal("7.0")] * 2
    assert summed(found.values()).leaves == 14


def test_the_price_takes_as_many_queries_for_many(group, partner, team, django_assert_num_queries):
    few = [shown(group, partner)]
    many = [shown(make_group(team=team), partner, on=ON + timedelta(days=n)) for n in range(5)]
    for placements in (few, many):
        with django_assert_num_queries(5):
            trust_of(placements, TODAY)


def test_the_calendar_shows_the_month_of_the_own_team(client, group, partner):
    make_placement(group, partner, on=date(2026, 6, 8))
    make_placement(group, partner, on=date(2026, 7, 1))
    make_placement(make_group(name="Foreign"), on=date(2026, 6, 9))
    page = client.get(reverse("placement-calendar") + "?month=2026-06")
    assert page.content.decode().count("month-entry") == 1
    assert "Foreign" not in page.content.decode()
    assert "month=2026-07" in page.content.decode() and "month=2026-05" in page.content.decode()
    for nonsense in ("2026-13", "x", "٢٠٢٦-٠٦", ""):
        assert client.get(reverse("placement-calendar"), {"month": nonsense, "team": "x"}).status_code == 200


def test_the_calendar_tells_who_is_above_the_cap_and_why(client, group, partner):
    for reason in ("", "", "Launch week"):
        make_placement(group, partner, on=ON, over_cap_reason=reason)
    told = text_of(client.get(reverse("placement-calendar") + "?month=2026-06"))
    assert "3 planned, 2 agreed · Launch week" in told


def test_the_calendar_takes_as_many_queries_for_many(client, group, partner, team, django_assert_max_num_queries):
    make_placement(group, partner, on=ON)
    address = reverse("placement-calendar") + "?month=2026-06"
    with django_assert_max_num_queries(8) as few:
        client.get(address)
    for n in range(6):
        make_placement(make_group(team=team), partner, on=ON + timedelta(days=n))
    with django_assert_max_num_queries(len(few)):
        client.get(address)


def typed(of, by, **fields):
    given = {"group": of.pk, "partner": by.pk, "on": "2026-06-08", "paid_by": "placement", "price": "1,800"}
    return given | {"token": str(uuid4())} | fields


def test_a_placement_is_planned_once_however_often_it_is_sent(client, group, partner):
    sent = typed(group, partner)
    for _ in range(2):
        assert client.post(reverse("placement-new"), sent).status_code == 302
    assert Placement.objects.get().price == Decimal(1800)
    assert 'value="2026-06-08"' in client.get(reverse("placement-new") + "?on=2026-06-08").content.decode()


def test_a_full_month_asks_why_and_keeps_what_was_typed(client, group, partner):
    for _ in range(2):
        make_placement(group, partner, on=ON)
    sent = typed(group, partner, note="Tents")
    answer = client.post(reverse("placement-new"), sent)
    assert answer.status_code == 422
    assert "2026-06 has 2 placements and 2 are agreed: choose another month, or say why" in text_of(answer)
    assert 'value="Tents"' in answer.content.decode()
    assert client.post(reverse("placement-new"), sent | {"over_cap_reason": "Launch week"}).status_code == 302
    assert Placement.objects.latest("pk").over_cap_reason == "Launch week"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"group": ""}, "Select the group"),
        ({"partner": "0"}, "Select a valid choice"),
        ({"price": "NaN"}, "Agreed price must be a number"),
        ({"price": "-1"}, "Agreed price must be 0 or more"),
        ({"price": ""}, "Enter the price"),
        ({"on": "31"}, "Date must be a date"),
        ({"paid_by": "favour"}, "Select a valid choice"),
        ({"token": "x"}, "Enter a valid UUID"),
    ],
)
def test_what_cannot_be_planned_is_said(client, group, partner, fields, sentence):
    answer = client.post(reverse("placement-new"), typed(group, partner, **fields))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Placement.objects.exists()


def test_a_placement_is_walked_to_the_ledger_and_back(client, group, partner):
    placement = make_placement(group, partner, on=ON)
    address = reverse("placement", args=[placement.pk])
    for step in ("done", "paid", "paid", "cancelled", "cancelled"):
        assert client.post(address, {"step": step, "reason": "Paid back"}).status_code == 302
    assert [line.amount for line in LedgerLine.objects.order_by("pk")] == [Decimal(1800), Decimal(-1800)]
    assert "Taken back in the ledger" in text_of(client.get(address))


@pytest.mark.parametrize(
    ("fields", "typed", "sentence"),
    [
        ({}, {"step": "paid"}, "this step no longer fits"),
        ({}, {"step": "sold"}, "Select what happened"),
        ({"on": date(2999, 1, 1)}, {"step": "done"}, "Its day is still to come"),
        ({"paid_by": "result"}, {"step": "done"}, "Enter the number of results"),
        ({"paid_by": "result"}, {"step": "done", "results": "1.5"}, "Results must be a whole number"),
        ({"state": "cancelled"}, {"step": "done"}, "this step no longer fits"),
    ],
)
def test_a_step_that_does_not_fit_is_said(client, group, partner, fields, typed, sentence):
    placement = make_placement(group, partner, **{"on": ON} | fields)
    answer = client.post(reverse("placement", args=[placement.pk]), typed)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    state = placement.state
    placement.refresh_from_db()
    assert placement.state == state


def test_partners_are_added_changed_and_archived(client, op, team):
    assert client.post(reverse("partner-list"), {"team": team.pk, "name": " Acme ", "audience": ""}).status_code == 302
    partner = Partner.objects.get(name="Acme")
    again = client.post(reverse("partner-list"), {"team": team.pk, "name": "Acme"})
    assert again.status_code == 422
    assert text_of(again).count("Another partner of the team has this name") >= 2
    address = reverse("partner", args=[partner.pk])
    assert client.post(address, {"name": "Acme Ltd", "audience": "Campers"}).status_code == 302
    assert client.post(address, {"name": ""}).status_code == 422
    assert client.post(address, {"archive": "1"}).status_code == 302
    assert "Archived: Acme Ltd" in text_of(client.get(reverse("partner-list")))
    assert "Acme Ltd" not in text_of(client.get(reverse("placement-new")))
    assert "Archived Acme Ltd" in text_of(client.get(reverse("partner-list")))


def usual_day(today):
    """The last day, three weeks ago or more, with no festival in the weeks around it: those count as no evidence."""
    days = (today - timedelta(days=back) for back in range(20, 120))
    return next(on for on in days if not any(is_festival(on + timedelta(days=n)) for n in range(-28, 8)))


def test_accounts_of_partners_and_groups(client, group, partner):
    today = timezone.localdate()
    on = usual_day(today)
    observe(group, on - timedelta(days=28), on - timedelta(days=1), leaves=0)
    observe(group, on, on + timedelta(days=6), leaves=3)
    make_standing(group, members=100)
    placement = make_placement(group, partner, on=on)
    make_placement(group, partner, on=on - timedelta(days=200), state="done")
    address = reverse("placement", args=[placement.pk])
    client.post(address, {"step": "done"})
    client.post(address, {"step": "paid"})
    told = text_of(client.get(reverse("partner-list")))
    assert told.count("¥1,800 21.0") == 2, "once by partner, once by group"
    assert "¥378" in told  # 21 people at 1,800 / 100
    assert "Within 180 days 1 placement brought ¥1,800." in text_of(client.get(reverse("partner", args=[partner.pk])))
    assert "21.0" in text_of(client.get(address))
    assert "Acme" in text_of(client.get(reverse("group-page", args=[group.pk]))) or on.month != today.month


def test_the_partners_take_as_many_queries_for_many(client, group, partner, team, django_assert_max_num_queries):
    on = timezone.localdate() - timedelta(days=20)
    shown(group, partner, on=on)
    with django_assert_max_num_queries(12) as few:
        client.get(reverse("partner-list"))
    for _ in range(5):
        shown(make_group(team=team), make_partner(team), on=on)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("partner-list"))
