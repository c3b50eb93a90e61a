"""The page of lifetimes: figures are those of lists, few groups get no curve, other teams do not count."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from community_ops.survival_drawings import small_curves
from groups.models import Group
from groups.tests.making import make_group, make_team, make_user
from lifecycle import endings
from lifecycle.models import HealthState
from lifecycle.rules.survival import Life, curve_of
from lifecycle.tests.cases.making import DAY, NOW, make_flag, make_standing

pytestmark = pytest.mark.django_db
ADDRESS = "/insights/lifetimes/"
LINK = re.compile(r'<a href="([^"]+)">([\d,]+)</a>')


@pytest.fixture
def team():
    return make_team(name="East")


@pytest.fixture
def manager(team, client):
    user = make_user(team, "manager", language="en", display_name="Wang")
    client.force_login(user)
    return user


def make_lives(team, owner, number=1, **fields):
    """So many groups of each fate: dead (flagged 30 days before), closed early, closed on time, alive, unknown."""
    for _n in range(number):
        dead = make_group(team=team, owner=owner, **fields)
        make_standing(dead, state=HealthState.DEAD, last_act_on=DAY - timedelta(days=95))
        make_flag(dead, cause="silence", raised_on=DAY - timedelta(days=124))
        closed = make_group(team=team, owner=owner, **fields)
        Group.objects.filter(pk=closed.pk).update(closed_on=DAY)
        make_standing(closed, state=HealthState.DECLINING)
        for state in (HealthState.MISSION_COMPLETE, HealthState.STABLE, HealthState.UNKNOWN):
            make_standing(make_group(team=team, owner=owner, **fields), state=state)
    endings.freshen(now=NOW)


def test_every_figure_counts_what_its_list_counts(client, manager, team):
    make_lives(team, manager, 3)
    make_lives(team, manager, 2, layer="vip", plan_monetization="paid_access")
    answer = client.get(ADDRESS)
    shown = {kpi["id"]: (kpi["value"], kpi["address"]) for kpi in answer.context["kpis"]}
    assert [shown[name][0] for name in ("groups_died", "groups_completed", "groups_alive", "fate_unknown")] == [
        "10",
        "5",
        "5",
        "5",
    ]
    links = [link for link in shown.values() if link[1]]
    for chart in ("by_model", "by_layer", "causes"):
        for row in answer.context[chart].rows:
            links += [
                (figure, address.replace("&amp;", "&")) for cell in row for address, figure in LINK.findall(str(cell))
            ]
    assert len(links) == 4 + 6 + 6 + 2
    for figure, address in links:
        assert client.get(address).context["total"] == int(figure), address


def figures_of(answer, name):
    return {kpi["id"]: kpi for kpi in answer.context["kpis"]}[name]


def test_it_says_how_many_died_and_how_early_that_was_said(client, manager, team):
    make_lives(team, manager, 5)
    text = client.get(ADDRESS).text
    assert "Of ours: 10 of 20 (50%)." in text
    assert "Of 10 that died, 5 had a warning before the end, 0 only after it, 5 none." in text
    assert "The first warning came 30 days (n = 5) before the end." in text
    assert "Most often: " in text and "Data up to 2026-11-02 24:00 (UTC+8)." in strip_tags(text)


def test_few_groups_are_told_as_few(client, manager, team):
    make_lives(team, manager)
    answer = client.get(ADDRESS)
    assert "2 of 4 groups died; too few to speak of a share." in answer.text
    assert "No kind of group has 5 members whose fate is known: too few for a curve." in answer.text
    assert 'class="curve"' not in answer.text
    assert figures_of(answer, "warned_before")["value"] == "1 of 2"


def test_a_curve_that_is_that_of_all_groups_is_drawn_once(client, manager, team):
    make_lives(team, manager, 3)
    answer = client.get(ADDRESS)
    assert [answer.context[chart].picture.count("<svg") for chart in ("by_model", "by_layer")] == [1, 1]
    assert "(n = 12)" in answer.context["by_layer"].sentence
    make_lives(team, manager, 2, layer="vip")
    answer = client.get(ADDRESS)
    assert [answer.context[chart].picture.count("<svg") for chart in ("by_model", "by_layer")] == [1, 3]


def test_successes_and_living_groups_did_not_die(client, manager, team):
    for state in [HealthState.MISSION_COMPLETE] * 3 + [HealthState.STABLE] * 3:
        make_standing(make_group(team=team, owner=manager), state=state)
    endings.freshen(now=NOW)
    answer = client.get(ADDRESS)
    assert "Of ours: 0 of 6 (0%)." in answer.text
    assert "Alive after 180 days: Selling group · repurchase 100% (n = 6)." in answer.text
    assert "What they died of" not in answer.text and "When they died" not in answer.text


def test_the_period_is_that_of_the_opening(client, manager, team):
    make_lives(team, manager, 2, opened_on=DAY - timedelta(days=365))
    make_lives(team, manager, 1, opened_on=DAY - timedelta(days=364))
    answer = client.get(ADDRESS + "?period=365")
    assert figures_of(answer, "groups_died")["value"] == "2"
    assert client.get(figures_of(answer, "groups_died")["address"]).context["total"] == 2
    assert figures_of(client.get(ADDRESS + "?period=nonsense"), "groups_died")["value"] == "6"


def test_a_team_sees_its_own_groups_and_no_others(client, manager, team):
    make_lives(team, manager)
    other = make_team()
    make_lives(other, make_user(other), 4)
    for query in ("", f"?team={other.pk}"):
        assert figures_of(client.get(ADDRESS + query), "groups_died")["value"] == "2"
    client.force_login(make_user(is_administrator=True, language="en"))
    answer = client.get(f"{ADDRESS}?team={other.pk}")
    assert figures_of(answer, "groups_died")["value"] == "8"
    assert f"team={other.pk}" in figures_of(answer, "groups_died")["address"]


def test_archived_groups_are_not_counted(client, manager, team):
    make_lives(team, manager)
    Group.objects.filter(closed_on=DAY).update(archived_at=NOW)
    assert figures_of(client.get(ADDRESS), "groups_died")["value"] == "1"


def test_without_a_judgement_it_says_what_to_do(client, manager, team):
    assert "Register a group" in client.get(ADDRESS).text
    make_group(team=team, owner=manager)
    assert "Import data" in client.get(ADDRESS).text


def test_the_number_of_queries_does_not_grow(client, manager, team, django_assert_num_queries):
    make_lives(team, manager)
    client.get(ADDRESS)
    with django_assert_num_queries(7):
        client.get(ADDRESS)
    make_lives(team, manager, 6, layer="vip")
    with django_assert_num_queries(7):
        client.get(ADDRESS)


def test_the_menu_leads_to_it(client, manager):
    assert f'href="{ADDRESS}"' in client.get(reverse("home")).text


def test_a_drawing_steps_down_and_its_band_closes():
    curve = curve_of([*[Life(50, True)] * 2, *[Life(100, False)] * 6])
    drawn = small_curves([("All", "n = 8", curve)], "100 days", "what it says")
    assert 'd="M0 0H100.0V20.0H200.0"' in drawn
    band = re.search(r'curve-band" d="(M0 0H[^"]+)"', drawn)[1]
    assert band.startswith("M0 0H100.0V") and band.endswith("H100.0V0.0Z")
    assert 'aria-label="what it says"' in drawn
