"""Runs against a WeCom on this machine, through what can go wrong."""

from datetime import date, timedelta

import pytest

from groups.models import Group
from groups.tests.making import make_group, make_team, make_user
from lifecycle.entering import enter_figures
from lifecycle.models import (
    CoverageSpan,
    DailyActivity,
    Source,
    SourceDay,
    WecomConnection,
    WecomGroup,
    WecomOwner,
    WecomOwnerDay,
    WecomRun,
    WecomStay,
)
from lifecycle.preferring import prefer
from lifecycle.rules.counts import KNOWN
from lifecycle.tests.making_imports import stored
from lifecycle.tests.wecom.making import NOW, chat, mapped, run_on, work
from lifecycle.tests.wecom.server import said
from lifecycle.wecom import runs

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def anna(team):
    return make_user(team)


def test_a_run_finds_groups_and_registers_those_of_owners_who_belong_to_a_team(wecom, connection, team, anna):
    wecom.chats = {
        "wrA": chat("anna", "c1", "c2", name="Mums 1"),
        "wrB": chat("anna", "c1"),
        "wrC": chat("bob", "c3", name="Strange"),
    }
    mapped("anna", team, anna)
    run_on(NOW)
    found = {group.external_id: (group.name, group.team_id, group.owner_id) for group in Group.objects.all()}
    assert found == {"wrA": ("Mums 1", team.pk, anna.pk), "wrB": ("wrB", team.pk, anna.pk)}
    assert {(c.chat_id, c.members, c.owner.userid) for c in WecomGroup.objects.all()} == {
        ("wrA", 3, "anna"),
        ("wrB", 2, "anna"),
        ("wrC", 2, "bob"),
    }
    run = WecomRun.objects.get()
    assert (run.groups_read, run.groups_registered, run.phase) == (3, 2, WecomRun.Phase.FIGURES)  # yesterday is missing
    assert WecomConnection.objects.get().last_success_at is not None
    assert wecom.count("groupchat/list") == 2 and wecom.count("gettoken") == 1


def test_a_registered_group_stays_in_its_team(wecom, connection, team, anna):
    other = make_group(external_id="wrA")
    archived = make_group(team=team, external_id="wrB", archived_at=NOW)
    both = [make_group(team=each, external_id="wrD") for each in (team, make_team())]
    wecom.chats = {"wrA": chat("anna"), "wrB": chat("anna"), "wrC": chat("bob"), "wrD": chat("anna")}
    mapped("anna", team, anna)
    run_on(NOW)
    linked = dict(WecomGroup.objects.values_list("chat_id", "group"))
    assert linked == {"wrA": other.pk, "wrB": None, "wrC": None, "wrD": both[0].pk}
    assert set(Group.objects.values_list("pk", flat=True)) == {other.pk, archived.pk, *(each.pk for each in both)}


def test_members_come_go_and_come_back(wecom, connection, team, anna):
    """Stays are added and ended; a day that was watched from its beginning has its joins and leaves."""
    wecom.chats = {"wrA": chat("anna", "c1", "c2")}
    mapped("anna", team, anna)
    run_on(NOW)
    members = wecom.chats["wrA"].members
    gone, back = members.pop("c1"), int((NOW + timedelta(hours=20)).timestamp())
    members["c9"] = int((NOW + timedelta(hours=15)).timestamp())  # 01:05 on the next day
    run_on(NOW + DAY)
    members["c1"] = back + 3600 * 24
    run_on(NOW + 2 * DAY)
    stays = WecomStay.objects.filter(hash=WecomStay.objects.filter(left_at__isnull=False).get().hash)
    assert sorted((int(stay.joined_at.timestamp()), stay.left_at is None) for stay in stays) == [
        (gone, False),
        (back + 3600 * 24, True),
    ]
    days = stored(team)
    assert days["wrA", "2026-11-20"] == {"members": 2}, "who came and went before the first reading is unknown"
    assert days["wrA", "2026-11-21"] == {"members": 3, "joins": 1, "leaves": 0}
    assert ("wrA", "2026-11-22") not in days, "it is not over"
    (span,) = CoverageSpan.objects.all()
    assert (span.observed_from, span.observed_until) == (date(2026, 11, 21), date(2026, 11, 21))
    assert span.known == KNOWN["joins"] | KNOWN["leaves"] and span.source.kind == "wecom"


def test_after_a_long_silence_days_are_unknown_and_nobody_is_called_gone_on_a_day(wecom, connection, team, anna):
    wecom.chats = {"wrA": chat("anna", "c1")}
    mapped("anna", team, anna)
    run_on(NOW)
    del wecom.chats["wrA"].members["c1"]
    run_on(NOW + 4 * DAY)
    assert stored(team) == {}
    run_on(NOW + 5 * DAY)
    assert stored(team) == {("wrA", "2026-11-24"): {"members": 1}}


def test_figures_are_stored_as_told_and_credited_to_an_only_group(wecom, connection, team, anna):
    wecom.chats = {"wrA": chat("anna"), "wrB": chat("bob"), "wrC": chat("bob")}
    mapped("anna", team, anna)
    mapped("bob", team, anna)
    for n in range(1, 80):
        wecom.figures["anna", str((NOW - n * DAY).date())] = said(messages=n % 7 + 1, speakers=1)
        wecom.figures["bob", str((NOW - n * DAY).date())] = said(chats=2, messages=9)
    run_on(NOW)
    assert WecomRun.objects.get().phase == WecomRun.Phase.DONE
    assert WecomOwnerDay.objects.filter(owner__userid="bob", messages=9, chats=2).count() == 79
    group = Group.objects.get(external_id="wrA")
    credited = WecomOwnerDay.objects.exclude(credited_to=None)
    assert set(credited.values_list("credited_to", flat=True)) == {group.pk}
    days = stored(team)
    assert days["wrA", "2026-11-19"] == {"messages": 2, "speakers": 1}
    assert not any(key == "wrB" or key == "wrC" for key, _day in days), "two groups share the figures"
    assert group.opened_on == min(date.fromisoformat(day) for _key, day in days) == date(2026, 9, 21)
    assert wecom.count("statistic_group_by_day") == 12 and wecom.count("groupchat/statistic") == 1
    before = stored(team)
    wecom.calls.clear()
    wecom.figures["anna", "2026-11-20"] = said(messages=0)
    wecom.figures["bob", "2026-11-20"] = said(chats=2)
    run_on(NOW + DAY)
    assert stored(team) == before | {
        ("wrA", "2026-11-20"): {"members": 1, "messages": 0, "speakers": 0},
        ("wrB", "2026-11-20"): {"members": 1},
        ("wrC", "2026-11-20"): {"members": 1},
    }
    assert wecom.count("statistic_group_by_day") == 0 and wecom.count("groupchat/statistic") == 1


def test_where_a_person_speaks_of_the_same_days_the_preferred_source_holds(wecom, connection, team, anna):
    wecom.chats = {"wrA": chat("anna", "c1")}
    mapped("anna", team, anna)
    for n in range(1, 9):
        wecom.figures["anna", str((NOW - n * DAY).date())] = said(messages=n, speakers=1)
    run_on(NOW)
    group, days = Group.objects.get(), [NOW.date(), (NOW + DAY).date()]
    typed = {day: {"members": 50, "messages": 70, "joins": 9} for day in days}
    enter_figures(group=group, figures=typed, by=anna, now=NOW)
    wecom.figures["anna", "2026-11-20"] = said(messages=3, speakers=2)
    run_on(NOW + DAY)
    here = stored(team)["wrA", "2026-11-20"]
    assert here == {"members": 2, "messages": 3, "speakers": 2, "joins": 9}, "WeCom spoke last of what it knows"
    words = SourceDay.objects.filter(day=days[0]).values_list("source__kind", "members", "messages")
    assert sorted(words) == [("manual", 50, 70), ("wecom", 2, 3)]
    prefer(group=group, source=Source.objects.get(kind="manual"), by=anna, now=NOW)
    wecom.figures["anna", "2026-11-21"] = said(messages=4, speakers=2)
    run_on(NOW + 2 * DAY)
    for day in days:
        here = stored(team)["wrA", str(day)]
        assert (here["members"], here["messages"], here["joins"]) == (50, 70, 9)
    prefer(group=group, source=Source.objects.get(kind="wecom"), by=anna, now=NOW)
    assert stored(team)["wrA", "2026-11-21"] == {"members": 2, "messages": 4, "speakers": 2, "joins": 0, "leaves": 0}


def test_one_reading_of_groups_of_two_teams_speaks_for_each_of_them(wecom, connection, team, anna):
    other = make_team()
    wecom.chats = {"wrA": chat("anna", "c1"), "wrB": chat("bob", "c1", "c2")}
    mapped("anna", team, anna)
    mapped("bob", other, make_user(other))
    run_on(NOW)
    run_on(NOW + DAY)
    assert stored(team)["wrA", "2026-11-20"] == {"members": 2}
    assert stored(other)["wrB", "2026-11-20"] == {"members": 3}
    batches = dict(DailyActivity.objects.values_list("group_id", "batch_id"))
    teams = dict(Group.objects.values_list("pk", "team"))
    assert batches == {pk: -Source.objects.get(team=of, kind="wecom").pk for pk, of in teams.items()}


def test_figures_that_never_fall_are_credited_to_nobody_until_somebody_says_how_to_read_them(
    wecom, connection, team, anna
):
    wecom.chats = {"wrA": chat("anna")}
    mapped("anna", team, anna)
    for n in range(1, 10):
        wecom.figures["anna", str((NOW - n * DAY).date())] = said(messages=100 - n * 10, speakers=5)
    run_on(NOW)
    assert stored(team) == {}
    WecomConnection.objects.update(counting="running")
    wecom.figures["anna", "2026-11-20"] = said(messages=97, speakers=5)
    run_on(NOW + DAY)
    assert stored(team)["wrA", "2026-11-20"] == {"members": 1, "messages": 7}
    assert stored(team)["wrA", "2026-11-19"] == {"messages": 10}


def test_yesterday_is_asked_for_until_it_is_counted(wecom, connection, team, anna):
    wecom.chats = {"wrA": chat("anna"), "wrB": chat("bob")}
    wecom.figures["bob", "2026-11-19"] = said()
    wecom.figures["anna", "2026-11-19"] = said(chats=0)
    run_on(NOW)
    assert WecomRun.objects.get().done_at is None
    assert {day.owner.userid for day in WecomOwnerDay.objects.all()} == {"bob"}, "what is not counted is not zero"
    asked = wecom.count("groupchat/statistic")
    run_on(NOW + timedelta(minutes=10))
    assert wecom.count("groupchat/statistic") == asked, "it waits before it asks again"
    wecom.figures["anna", "2026-11-19"] = said(messages=4)
    run_on(NOW + timedelta(minutes=31))
    assert WecomOwnerDay.objects.filter(owner__userid="anna").get().messages == 4
    assert WecomRun.objects.get().phase == WecomRun.Phase.DONE
    assert {owner.asked_through for owner in WecomOwner.objects.all()} == {date(2026, 11, 19)}


def test_a_run_that_waits_is_overtaken_by_the_next_days(wecom, connection, team, anna):
    wecom.chats = {"wrA": chat("anna")}
    run_on(NOW)
    for day in ("2026-11-19", "2026-11-20"):
        wecom.figures["anna", day] = said(messages=3)
    run_on(NOW + DAY)
    first, second = WecomRun.objects.order_by("pk")
    assert (first.overtaken, second.overtaken, second.phase) == (True, False, WecomRun.Phase.DONE)
    assert set(WecomOwnerDay.objects.values_list("day", flat=True)) == {date(2026, 11, 19), date(2026, 11, 20)}


def test_a_worker_whose_clock_is_late_reads_what_it_lists(wecom, connection):
    wecom.chats = {"wrA": chat("anna")}
    runs.open_due(NOW)
    work(NOW - timedelta(minutes=5))
    assert WecomGroup.objects.get().members == 1


def test_a_run_begins_once_a_day_at_its_hour(wecom, connection):
    run_on(NOW.replace(hour=9, minute=59))
    assert not WecomRun.objects.exists()
    for minute in (0, 5, 40):
        run_on(NOW.replace(minute=minute))
    assert WecomRun.objects.count() == 1
    WecomConnection.objects.update(paused_at=NOW)
    run_on(NOW + DAY)
    assert WecomRun.objects.count() == 1
    work(NOW)
