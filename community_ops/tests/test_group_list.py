"""The list of groups: filters, search, counts, words, and a number of queries that does not grow."""

from datetime import date, timedelta

import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse

from community_ops.group_filters import GroupFilter
from groups.models import Group
from groups.registration import search_keys_of
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line
from lifecycle.display_states import DisplayState
from lifecycle.models import HealthState
from lifecycle.tests.cases.making import make_flag, make_standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
LIST = "/groups/"


@pytest.fixture
def november():
    with time_machine.travel("2026-11-22T04:00:00Z", tick=False):
        yield


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def listed(client, op):
    def names(address: str = "") -> list[str]:
        answer = client.get(f"{LIST}{address}")
        assert answer.status_code == 200
        # The rows in the order of the page, by the names of their links.
        body = answer.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
        return [row.partition(">")[2].partition("<")[0] for row in body.split('<th scope="row"><a href=')[1:]]

    return names


def named(team, name, **fields):
    return make_group(team=team, name=name, **search_keys_of(name, fields.get("theme", "")), **fields)


def test_only_groups_of_ones_teams_are_listed(listed, team):
    named(team, "Mine")
    named(make_team(parent=team), "Below mine, but an operator does not see it")
    make_group(name="Foreign")
    assert listed() == ["Mine"]


def test_a_manager_sees_the_teams_below(client, team):
    client.force_login(make_user(team, role="manager"))
    make_group(team=make_team(parent=team), name="Below")
    assert "Below" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param("书", {"读书会"}, id="one character"),
        pytest.param("读书", {"读书会"}, id="two characters"),
        pytest.param("书读", set(), id="two characters in another order"),
        pytest.param("宝妈交流", {"宝妈交流 A 群"}, id="four characters"),
        pytest.param("A 宝妈", {"宝妈交流 A 群"}, id="two words in any order"),
        pytest.param("a", {"宝妈交流 A 群", "Alpha"}, id="one letter of any case"),
        pytest.param("bmjl", {"宝妈交流 A 群"}, id="pinyin initials"),
        pytest.param("dsh", {"读书会"}, id="initials of the whole name"),
        pytest.param("早教", {"宝妈交流 A 群"}, id="a theme"),
        pytest.param("100%", {"满 100% 返现"}, id="a wildcard is a character"),
        pytest.param("_", set(), id="an underscore too"),
    ],
)
def test_search_finds_names_themes_and_initials(listed, team, typed, found):
    named(team, "宝妈交流 A 群", theme="早教")
    named(team, "读书会")
    named(team, "Alpha")
    named(team, "满 100% 返现")
    assert set(listed(f"?q={typed.replace('%', '%25')}")) == found


def test_each_filter_narrows(listed, team, op):
    other = make_user(team)
    named(
        team, "Chosen", owner=op, platform="slack", layer="vip", plan_monetization="flash_sale",
        plan_activity_kind="transaction", plan_lifespan="flash", plan_ends_on=date(2026, 12, 1),
    )  # fmt: skip
    named(team, "Other", owner=other)
    for address in (
        f"?owner={op.pk}",
        "?platform=slack",
        "?layer=vip",
        "?monetization=flash_sale",
        "?activity=transaction",
        "?ends=soon",
    ):
        assert listed(address) == ["Chosen"], address
    assert set(listed(f"?team={team.pk}")) == {"Chosen", "Other"}


@pytest.mark.parametrize(
    ("days", "found"),
    [(-1, []), (0, ["G"]), (30, ["G"]), (31, [])],
    ids=["past its end", "today", "in 30 days", "in 31 days"],
)
def test_ending_soon_counts_from_today_to_thirty_days(listed, team, days, found):
    named(team, "G", plan_ends_on=date(2026, 11, 22) + timedelta(days=days))
    assert listed("?ends=soon") == found
    assert listed("?ends=over") == (["G"] if days < 0 else [])


def test_groups_that_lose_money_this_month(listed, team):
    losing, earning = named(team, "Losing"), named(team, "Earning")
    category = make_category()
    make_line(losing, "1.00", category=category)
    make_line(earning, "1.00", category=category)
    make_line(earning, "5.00")
    make_line(named(team, "Lost last month"), "1.00", category=category, on=date(2026, 10, 31))
    assert listed("?money=loss") == ["Losing"]


def test_closed_groups_are_apart(listed, team):
    named(team, "Runs")
    named(team, "Ended", closed_on=date(2026, 10, 1))
    named(team, "Put away", archived_at="2026-10-01T00:00:00Z")
    assert listed() == ["Runs"]
    assert listed("?closed=yes") == ["Ended"]
    assert set(listed("?closed=all")) == {"Runs", "Ended"}


def test_a_filter_that_means_nothing_is_left_out_and_said(client, op, team):
    named(team, "Mine")
    foreign = make_user(make_team())
    page = client.get(f"{LIST}?owner={foreign.pk}&state=nonsense&sort=password").content.decode()
    assert "Mine" in page
    assert "does not exist for you" in page


def test_counts_link_to_what_they_count(client, op, team, listed):
    states = [HealthState.THRIVING, HealthState.STABLE, HealthState.DORMANT, HealthState.UNKNOWN, HealthState.DEAD]
    for state in states:
        make_standing(named(team, f"G{int(state)}"), state=state)
    named(team, "never judged")
    answer = client.get(LIST)
    counts = dict(answer.context["counts"])
    assert counts[DisplayState.HEALTHY] == counts[DisplayState.UNKNOWN] == 2
    assert sum(counts.values()) == answer.context["total"] == 6
    for shown, number in counts.items():
        assert len(listed(f"?state={shown.value}")) == number


def test_worst_come_first(listed, team):
    for name, state, score in [
        ("fine", HealthState.STABLE, 9000),
        ("weak", HealthState.DECLINING, 5500),
        ("asleep", HealthState.DORMANT, 2000),
        ("sound asleep", HealthState.DORMANT, 1000),
        ("dead", HealthState.DEAD, 0),
        ("done", HealthState.MISSION_COMPLETE, 8000),
    ]:
        make_standing(named(team, name), state=state, score=score)
    named(team, "never judged")
    assert listed() == ["dead", "sound asleep", "asleep", "weak", "fine", "done", "never judged"]


def test_chinese_names_sort_by_their_sound(listed, team):
    for name in ("左岸", "安心", "宝妈"):
        named(team, name)
    assert listed("?sort=name") == ["安心", "宝妈", "左岸"]


def test_a_row_says_what_is_known_and_nothing_else(client, op, team):
    make_standing(named(team, "Known"), members=312, acts_7=1234, people_28=27, spark=[72, 60, -1, 40, 30, 30, 29, 29])
    named(team, "Unknown")
    page = client.get(f"{LIST}?sort=name").content.decode()
    known, unknown = page.partition("<tbody>")[2].partition("</tbody>")[0].strip().split("\n")
    assert ">312<" in known
    assert ">1,234<" in known
    assert "8-week trend: down from 72 to 29 a week" in known
    assert known.count("<polyline") == 2  # the week that nobody looked at is a gap
    assert unknown.count(">--<") == 6
    assert '<svg class="sparkline' not in unknown


def test_a_net_without_all_goods_costs_says_that_it_is_a_bound(client, op, team):
    make_line(named(team, "Sells"), "1200.50", on=date(2026, 11, 10))
    make_line(named(team, "Sold"), "900.00", goods_cost=0, on=date(2026, 11, 10))
    text = client.get(reverse("group-list")).text
    assert ">≤ 1,201</td>" in text
    assert ">900</td>" in text


def test_a_group_at_risk_says_why(client, op, team):
    group = named(team, "Quiet")
    make_standing(group, evidence={"silent_exposure": 20.4})
    make_flag(group, cause="overdue", severity=2)
    make_flag(group, cause="silence", severity=3, evidence={"silent_exposure": 14})  # as it was when raised
    make_flag(group, cause="ad_overrun", severity=3, lowered_on=date(2026, 11, 3))
    page = client.get(LIST).content.decode()
    assert "Silence: quiet for 20 days" in page
    assert "adverts</div>" not in page


def test_the_number_of_queries_does_not_grow(client, op, team, django_assert_num_queries):
    def fill(count):
        for _ in range(count):
            group = named(team, "G", owner=make_user(team))
            make_standing(group)
            make_flag(group)
            make_line(group, "1.00")

    fill(2)
    client.get(LIST)
    # session, user, default view, teams, counts, keys, rows, net, flags, the choices of owners and teams, saved views
    with django_assert_num_queries(12):
        client.get(LIST)
    fill(58)
    with django_assert_num_queries(12):
        answer = client.get(LIST)
    assert len(answer.context["page"].rows) == 20
    assert answer.context["page"].after


def test_an_empty_registry_offers_the_first_step_and_a_narrow_filter_the_way_back(client, op, team):
    first = client.get(LIST).content.decode()
    assert "No groups yet" in first
    assert reverse("group-new") in first
    named(team, "G")
    narrow = client.get(f"{LIST}?platform=qq&q=G").content.decode()
    assert "Nothing matches" in narrow
    assert 'href="?q=G"' in narrow  # without the platform


NONSENSE = [
    "'", '"', "\0", "\x1b[0m", "pg_sleep(5)", "1; SELECT pg_sleep(5)--", "owner__password", "-password", "%00", "[]",
    "{}", "../../etc/passwd", "9" * 400, "-1", "０", "\ud83d", "🙂", "a' OR 'a'='a", "__class__", "0001-01-01",
    "99999-1-1",
]  # fmt: skip


@pytest.mark.parametrize("value", NONSENSE, ids=repr)
def test_no_parameter_of_the_list_breaks_it(client, op, team, value):
    """Case 47: whatever stands in the address of the list, its file or its bulk changes, nothing fails."""
    named(team, "G")
    names = [*GroupFilter.base_filters, "state", "sort", "after", "before", "order_by", "_connector"]
    text = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for name in names:
        assert client.get(LIST, {name: text}).status_code == 200, name
    query = QueryDict(mutable=True)
    query.update(dict.fromkeys(names, text))
    address = f"?{query.urlencode()}"
    assert client.get(LIST + address).status_code == 200
    assert client.post(reverse("group-export") + address, {"type": text}).status_code == 200
    assert client.post(reverse("group-bulk") + address, {"do": text, "pick": text, "all": text}).status_code == 302
    assert client.post(reverse("group-bulk") + address, {"do": "layer", "pick": text}).status_code == 302
    assert Group.objects.get().version == 1
