"""The dashboard: numbers are those of lists, unknown groups are left out, queries do not grow with groups."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from community_ops.insights import fleet
from community_ops.insights.panels import distribution, trend
from community_ops.tests.fleet_making import AS_OF, MORNING, make_change, make_fleet, make_fleet_day
from groups.models import Group, LedgerLine, MoneyMonth
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_line
from lifecycle.display_states import DisplayState
from lifecycle.models import Case, Flag, HealthState, Standing
from lifecycle.tests.cases.making import make_case, make_standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
ADDRESS = "/insights/health/"


@pytest.fixture
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def team():
    return make_team(name="East")


@pytest.fixture
def manager(team, client):
    user = make_user(team, "manager", language="en", display_name="Wang")
    client.force_login(user)
    return user


def figures(answer):
    """{id of the card: (what it shows, where it leads)}"""
    return {kpi["id"]: (kpi["value"], kpi["address"]) for kpi in answer.context["kpis"]}


def test_the_cards_count_what_their_lists_count(client, manager, team):
    groups = make_fleet(team, manager)
    make_standing(groups[10], state=HealthState.DORMANT, day=AS_OF, state_since=AS_OF - timedelta(days=6))
    make_fleet(make_team(), make_user())
    shown = figures(client.get(ADDRESS))
    assert shown["running"][0] == "18"
    assert shown["healthy_share"][0] == "50%"  # 7 of 14; forming, completed and unknown are left out
    assert shown["newly_at_risk"][0] == "1"
    for name in ("running", "at_risk", "dead", "newly_at_risk"):
        value, address = shown[name]
        assert client.get(address).context["total"] == int(value), name
    assert client.get(shown["healthy_share"][1]).context["total"] == 7


def test_groups_without_data_are_left_out_and_that_is_said(client, manager, team):
    make_fleet(team, manager)
    text = client.get(ADDRESS).text
    assert "2 groups without enough data are left out of the shares" in text
    assert "Data up to 2026-11-21 24:00 (UTC+8)" in strip_tags(text)


def test_shares_are_compared_with_a_week_ago(client, manager, team):
    make_fleet(team, manager)
    make_fleet_day(team, AS_OF - timedelta(days=7), {HealthState.STABLE: 9, HealthState.DORMANT: 6})
    answer = client.get(ADDRESS)
    assert "50% of 14 judged groups are healthy, 10 points fewer than a week ago" in answer.text
    changes = {kpi["id"]: kpi["change"] for kpi in answer.context["kpis"]}
    assert "-10pp worse" in changes["healthy_share"]
    assert "-3 better" in changes["at_risk"]


def test_groups_whose_data_stopped_are_no_progress(client, manager, team):
    groups = make_fleet(team, manager, {HealthState.STABLE: 4, HealthState.UNKNOWN: 3, HealthState.DORMANT: 2})
    make_fleet_day(
        team, AS_OF - timedelta(days=7), {HealthState.STABLE: 4, HealthState.DEAD: 3, HealthState.DORMANT: 3}
    )
    for group in groups[4:7]:
        make_change(group, AS_OF - timedelta(days=2), HealthState.DEAD, HealthState.UNKNOWN)
    cards = {kpi["id"]: kpi for kpi in client.get(ADDRESS).context["kpis"]}
    assert (cards["dead"]["note"], strip_tags(cards["dead"]["change"]).split()) == (
        "3 have no data any more",
        ["▼", "-3"],
    )
    assert strip_tags(cards["healthy_share"]["change"]).split() == ["▲", "+26.7pp"]
    assert "-1 better" in cards["at_risk"]["change"]  # nobody of those went out of sight


@pytest.mark.parametrize(
    ("healthy", "words"), [(1000, "as a week ago"), (1003, "within a point of a week ago"), (980, "1 point more than")]
)
def test_a_change_below_a_point_is_no_standstill(healthy, words):
    now = Counter({DisplayState.HEALTHY: 1000, DisplayState.DEAD: 1000})
    before = Counter({DisplayState.HEALTHY: healthy, DisplayState.DEAD: 2000 - healthy})
    with translation.override("en"):
        assert words in distribution(now, before, "").sentence


def test_without_a_day_to_compare_nothing_is_invented(client, manager, team):
    make_fleet(team, manager)
    assert "No earlier figure to compare" in client.get(ADDRESS).text


def test_moves_are_counted_once_per_group_from_where_it_stood(manager, team):
    first, second, third = make_fleet(team, manager, {HealthState.STABLE: 3})
    make_change(first, AS_OF - timedelta(days=5), HealthState.STABLE, HealthState.DECLINING)
    make_change(first, AS_OF - timedelta(days=1), HealthState.DECLINING, HealthState.DORMANT)
    make_change(second, AS_OF - timedelta(days=7), HealthState.STABLE, HealthState.DORMANT)  # a week and a day ago
    make_change(third, AS_OF, HealthState.STABLE, HealthState.THRIVING)  # the same word
    assert fleet.moves_of_week(manager, AS_OF) == [(DisplayState.HEALTHY, DisplayState.AT_RISK, 1)]


def test_groups_that_were_closed_explain_why_a_state_shrank(client, manager, team):
    first, second, third, young = make_fleet(team, manager, {HealthState.DEAD: 3, HealthState.STABLE: 1})
    Group.objects.exclude(pk=young.pk).update(opened_on=AS_OF - timedelta(days=300))
    for group, days in ((first, 7), (second, 0), (third, 8)):  # on the day a week ago a group that closes still counts
        Group.objects.filter(pk=group.pk).update(closed_on=AS_OF - timedelta(days=days))
    Group.objects.filter(pk=young.pk).update(opened_on=AS_OF - timedelta(days=6))
    foreign = make_fleet(make_team(), make_user(), {HealthState.DEAD: 1})[0]
    Group.objects.filter(pk=foreign.pk).update(closed_on=AS_OF)
    chart = client.get(ADDRESS).context["movement"]
    assert chart.sentence == "No group changed its state within 7 days · 1 group was opened · 2 were closed"
    assert list(chart.rows) == [("Dead → Closed", "2")]


def test_who_can_still_be_helped_comes_before_the_dead_and_the_latest_death_before_older_ones(manager, team):
    made = make_fleet(team, manager, {HealthState.DEAD: 3, HealthState.DORMANT: 2, HealthState.AD_OVERRUN: 1})
    long_dead, just_died, dead, *dying = (group.pk for group in made)
    for pk, days in ((long_dead, 2283), (just_died, 1), (dead, 40)):
        Standing.objects.filter(group=pk).update(state_since=AS_OF - timedelta(days=days))
    for pk, score in zip(dying, (900, 300, 600), strict=True):
        Standing.objects.filter(group=pk).update(score=score)
    worst = [group.group_id for group in fleet.worst_groups(manager)]
    assert worst == [dying[1], dying[2], dying[0], just_died, dead, long_dead]


def test_the_worst_are_the_worst_of_every_state_and_team_and_run(manager, team):
    other = make_team(parent=team)
    states = (HealthState.DORMANT, HealthState.AD_OVERRUN)
    made = []
    for n in range(14):
        group = make_group(team=other if n % 3 else team, owner=manager)
        make_standing(group, state=states[n % 2], score=500 + n // 2)
        made.append(group.pk)
    for _ in range(11):
        make_standing(make_group(team=team, closed_on=AS_OF), state=HealthState.DORMANT, score=1)
    make_standing(make_group(team=make_team()), state=HealthState.DORMANT, score=2)
    assert [group.group_id for group in fleet.worst_groups(manager)] == made[:10]
    of_other = [pk for n, pk in enumerate(made) if n % 3]
    assert [group.group_id for group in fleet.worst_groups(manager, other.pk)] == of_other[:10]


def test_a_worst_group_with_a_case_leads_to_it(client, manager, team):
    group = make_fleet(team, manager, {HealthState.DORMANT: 1})[0]
    case = make_case(group)
    text = client.get(ADDRESS).text
    assert reverse("case-page", args=[case.pk]) in text
    assert "quiet for 12 days" in text


def test_saved_cases_and_net_contribution(client, manager, team):
    healthy, dying, wrong = make_fleet(team, manager, {HealthState.STABLE: 1, HealthState.DORMANT: 2})
    for group, state in ((dying, "recovered"), (wrong, "kept")):
        case = make_case(group)
        Case.objects.filter(pk=case.pk).update(state=state, ended_on=AS_OF)
    make_line(healthy, kind="revenue", amount="5000", on=AS_OF.replace(day=1))
    make_line(healthy, kind="revenue", amount="700", on=AS_OF.replace(month=10))
    answer = client.get(ADDRESS)
    shown = figures(answer)
    assert shown["recovered_share"][0] == "100%"
    assert "1 of 1 case" in answer.text
    assert shown["net"][0] == "≤ ¥5,000"  # nobody stated the goods behind it
    LedgerLine.objects.update(goods_cost=0)
    MoneyMonth.objects.update(revenue_without_goods_cost=0)
    assert figures(client.get(ADDRESS))["net"][0] == "¥5,000"


def test_no_line_is_not_zero_money(client, manager, team):
    make_fleet(team, manager)
    assert figures(client.get(ADDRESS))["net"][0] == "--"


def test_one_team_can_be_chosen_and_no_foreign_one(client, manager, team):
    below = make_team(name="Below", parent=team)
    foreign = make_team()
    make_fleet(team, manager)
    make_fleet(below, manager, {HealthState.STABLE: 3})
    make_fleet(foreign, make_user(), {HealthState.STABLE: 9})
    assert figures(client.get(ADDRESS))["running"][0] == "21"
    value, address = figures(client.get(ADDRESS, {"team": below.pk}))["running"]
    assert value == "3"
    assert client.get(address).context["total"] == 3
    assert figures(client.get(ADDRESS, {"team": foreign.pk}))["running"][0] == "21"


def test_every_chart_says_a_sentence_with_a_number_and_has_a_table(client, manager, team):
    make_fleet(team, manager)
    for day in range(7):
        make_fleet_day(team, AS_OF - timedelta(days=day), {HealthState.STABLE: 9, HealthState.DORMANT: day})
    context = client.get(ADDRESS).context
    for name in ("distribution", "movement", "trend", "owners", "models"):
        chart = context[name]
        assert any(letter.isdigit() for letter in chart.sentence), name
        assert 'role="img"' in chart.picture
        assert chart.rows or name == "movement"


@pytest.mark.parametrize(("days_back", "says"), [(6, True), (29, False)])
def test_a_trend_that_is_shorter_than_its_window_says_where_data_begins(days_back, says):
    days = {AS_OF - timedelta(days=back): Counter({DisplayState.HEALTHY: 3}) for back in range(days_back + 1)}
    with translation.override("en"):
        sentence = trend(days, AS_OF).sentence
    assert (f"Data begins on {AS_OF - timedelta(days=days_back)}" in sentence) is says


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_before_the_first_night_the_page_says_what_to_do(client, manager, team, language):
    text = client.get(ADDRESS, {"lang": language}).text
    assert reverse("group-new") in text
    make_group(team=team)
    assert reverse("import-new") in client.get(ADDRESS, {"lang": language}).text


def test_the_number_of_queries_does_not_grow(client, manager, team, django_assert_max_num_queries):
    make_fleet(team, manager)
    with django_assert_max_num_queries(16) as few:
        client.get(ADDRESS)
    make_fleet(team, make_user(team))
    make_fleet(make_team(parent=team), make_user(team))
    with django_assert_max_num_queries(len(few)):
        client.get(ADDRESS)


def test_each_cause_leads_to_as_many_groups_as_it_counts(client, manager, team):
    groups = make_fleet(team, manager)
    others = make_fleet(make_team(), make_user())
    flagged = [(groups[0], "overload"), (groups[0], "carried_by_one"), (groups[1], "overload"), (others[0], "overload")]
    for group, cause in flagged:
        make_flag(group, cause)
    make_flag(groups[2], "overload", lowered_on=AS_OF)
    causes = client.get(ADDRESS).context["causes"]
    counts = {address.partition("cause=")[2]: count for _label, count, address in causes}
    assert (counts["overload"], counts["carried_by_one"]) == (2, 1)
    for _label, count, address in causes:
        assert client.get(address).context["total"] == count
    narrowed = client.get(f"{ADDRESS}?team={team.pk}").context["causes"]
    assert all(f"team={team.pk}" in address for _label, _count, address in narrowed)


def make_flag(group, cause: str, **fields) -> Flag:
    given = {"team": group.team, "group": group, "cause": cause, "severity": 1, "raised_on": AS_OF}
    return Flag.objects.create(**given | {"earliest_sign_on": AS_OF, "evidence": {}, "rule_version": 2} | fields)
