"""The page of data coverage: what of each group was observed, which source broke, and who may let zeros count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.html import strip_tags

from community_ops.coverage_page import strip
from groups.registration import search_keys_of
from groups.tests.making import make_group, make_team, make_user
from lifecycle.models import DoubtedDay, Source, SourceOutage
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.watched import Watched, runs_of, watched_days
from lifecycle.tests.health_making import write_counts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
PAGE = "/data/coverage/"
YESTERDAY = date(2026, 11, 21)


@pytest.fixture
def november():
    with time_machine.travel("2026-11-22T04:00:00Z", tick=False):
        yield


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def manager(team, client):
    user = make_user(team, "manager", language="en")
    client.force_login(user)
    return user


def make_watched(team, days=10, until=YESTERDAY, source="Night sync", **fields):
    """A group of whose last days figures came from a source."""
    name = fields.setdefault("name", "Watched")
    group = make_group(team=team, **search_keys_of(name, ""), **fields)
    first = until - timedelta(days=days - 1)
    write_counts(group, first, messages=[5] * days)
    found, _ = Source.objects.get_or_create(team=team, kind="api", name=source)
    group.coverage.create(source=found, observed_from=first, observed_until=until, known=KNOWN["messages"])
    return group


def make_outage(source, kind="zeros", **fields):
    began = YESTERDAY - timedelta(days=4)
    return SourceOutage.objects.create(
        **{
            "source": source,
            "team": source.team,
            "kind": kind,
            "began_on": began,
            "groups": 3,
            "noticed_at": timezone.now(),
        }
        | fields
    )


def test_a_day_is_observed_doubted_late_missing_or_outside():
    day = [date(2026, 11, n) for n in range(1, 12)]
    found = watched_days(
        day[0], day[10], opened_on=day[1], closed_on=None, observed={day[0], day[2], day[3]}, doubted={day[3]},
        yesterday=day[9],
    )  # fmt: skip
    assert "".join(each.value[0] for each in found) == "omodmmmlllo"  # the first day was observed before it opened
    assert runs_of(found)[-2:] == [(Watched.LATE, 7, 3), (Watched.OUTSIDE, 10, 1)]


def test_the_strip_leaves_days_outside_open():
    drawn = strip([Watched.OUTSIDE, Watched.MISSING, Watched.MISSING, Watched.OBSERVED], "words")
    assert drawn.count("<rect") == 2 and 'class="day-missing" x="10"' in drawn and 'aria-label="words"' in drawn


def test_each_group_says_what_was_observed_and_by_which_source(client, manager, team):
    make_watched(team, name="Tea")
    make_watched(team, name="Quiet", until=YESTERDAY - timedelta(days=5), opened_on=date(2026, 11, 1))
    page = client.get(PAGE).content.decode()
    assert "10 of 28 days observed, 18 missing" in page
    assert "10 of 21 days observed, 8 missing, 3 late" in page
    assert "Connected system (API) · Night sync through 2026-11-21" in strip_tags(page)


def test_filters_narrow_the_groups(client, manager, team):
    tea = make_watched(team, name="Tea")
    make_watched(team, name="Coffee", platform="qq", source="Other sync")
    source = Source.objects.get(name="Night sync")
    for query in (f"source={source.pk}", "platform=wecom", "q=Tea", f"group={tea.pk}", f"owner={tea.owner_id}"):
        rows = client.get(f"{PAGE}?{query}").context["rows"]
        assert [row["group"].name for row in rows] == ["Tea"], query
    for query in ("source=999999", "group=x", "after=x", "days=7", "owner=0"):
        assert client.get(f"{PAGE}?{query}").status_code == 200


def test_pages_follow_one_another_and_the_number_of_queries_does_not_grow(
    client, manager, team, django_assert_num_queries, django_assert_max_num_queries
):
    for number in range(3):
        make_watched(team, name=f"g{number:02}")
    with django_assert_max_num_queries(20) as few:
        client.get(PAGE)
    for number in range(3, 45):
        make_watched(team, name=f"g{number:02}", source=f"s{number % 5}")
    seen, after = [], ""
    while True:
        with django_assert_num_queries(len(few)):
            context = client.get(f"{PAGE}?after={after}").context
        seen += [row["group"].name for row in context["rows"]]
        after = context["page"].after
        if not after:
            break
    assert seen == [f"g{number:02}" for number in range(45)]


def test_an_outage_stands_on_the_page_at_home_and_at_its_groups(client, manager, team):
    group = make_watched(team, until=YESTERDAY - timedelta(days=5))
    outage = make_outage(group.coverage.get().source, "silent")
    for address in (PAGE, "/", f"/groups/{group.pk}/"):
        assert "ilent since 2026-11-17" in client.get(address).content.decode(), address
    SourceOutage.objects.filter(pk=outage.pk).update(ended_at=timezone.now(), ended_on=YESTERDAY)
    assert "Outages that are over" in client.get(PAGE).content.decode()
    assert "ilent since" not in client.get(f"/groups/{group.pk}/").content.decode()


def test_who_leads_the_team_may_let_the_zeros_count(client, manager, team):
    group = make_watched(team)
    outage = make_outage(group.coverage.get().source)
    DoubtedDay.objects.create(group=group, day=YESTERDAY, source=outage.source)
    assert "1 not believed" in client.get(PAGE).content.decode()
    client.force_login(make_user(team))
    assert client.post(PAGE, {"believe": outage.pk}).status_code == 403
    client.force_login(make_user(make_team(), "manager"))
    assert client.post(PAGE, {"believe": outage.pk}).status_code == 404
    assert DoubtedDay.objects.exists()
    client.force_login(manager)
    assert client.post(PAGE, {"believe": outage.pk}, follow=True).status_code == 200
    assert not DoubtedDay.objects.exists() and SourceOutage.objects.get().believed_by == manager
    assert client.post(PAGE, {"believe": "x"}).status_code == 404
