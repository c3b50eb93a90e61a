"""The page of one group: what is known is shown with its figures, what is not known is a gap and said."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community_ops.group_series import Step, weekly
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_line
from lifecycle.health import judge_groups
from lifecycle.models import HealthState, StateChange
from lifecycle.partitions import ensure_months
from lifecycle.rules.policy import DEFAULT_POLICY
from lifecycle.tests.cases.making import DAY, act, make_case, make_flag, make_standing

NIGHT = date(2026, 11, 21)
LOW_SCORE = DEFAULT_POLICY.low_score // 100


@pytest.fixture
def november():
    with time_machine.travel("2026-11-22T04:00:00Z", tick=False):
        yield


@pytest.fixture
def group(november, db, client):
    team = make_team()
    owner = make_user(team, language="en")
    client.force_login(owner)
    return make_group(team=team, owner=owner)


def open_page(client, group, address=""):
    answer = client.get(reverse("group-page", args=[group.pk]) + address)
    assert answer.status_code == 200
    return answer


def reading(group, day, score, *losses):
    ensure_months(day, day)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lifecycle_health VALUES (%s, %s, 5, %s, 10000, %s, %s, %s, %s, %s, 1)",
            [group.pk, day, score, *losses],
        )


def test_a_group_that_was_never_judged_says_so(client, group):
    page = open_page(client, group).content.decode()
    assert "never judged" in page
    assert "Not enough data" in page
    assert "No source has watched this group yet" in page


def test_the_losses_are_told_largest_first_and_sum_to_what_is_missing(client, group):
    evidence = {
        "score": 4150, "losses": {"rhythm": 1200, "level": 900, "breadth": 2500, "regularity": 250, "core": None},
        "cap": {"by": "ad_overrun", "loss": 1000}, "ad_share_14": 0.62, "silent_exposure": 20.2, "people_28": 3,
        "people_counted": 1, "people_goal": 20.0, "weeks_active": 5, "weeks_known": 8,
        "badges": ["carried_by_one"], "share_of_one": 0.71,
    }  # fmt: skip
    make_standing(group, day=NIGHT, score=4150, score_week_ago=5200, risk=4080, evidence=evidence)
    answer = open_page(client, group)
    losses = answer.context["losses"]
    assert [loss.part for loss in losses] == [
        "Breadth", "Rhythm", "Upper limit", "Level", "Regularity", "Core members",
    ]  # fmt: skip
    assert sum(loss.points for loss in losses if loss.points is not None) == Decimal("58.5")
    page = answer.content.decode()
    assert "Health 41.50 of 100 (a week ago 52.00); these parts took off 58.50" in page
    assert "3 people took part in 28 days (goal 20)" in page
    assert "quiet for 20 days" in page
    assert "active in 5 of 8 known weeks" in page
    assert "Overrun by adverts: 62% of 14 days" in page
    assert "One member made 71%" in page
    assert "about 41% fall to a trickle" in page


def test_people_who_were_only_counted_by_day_are_a_lower_bound(client, group):
    evidence = {"score": -1, "people_28": 3, "people_counted": 0, "people_goal": 8.0}
    make_standing(group, day=NIGHT, evidence=evidence)
    make_flag(group, cause="fading", evidence={"people_28": 6, "people_counted": 0, "people_goal": 8.0})
    assert "Fading: at least 3 people took part in 28 days (goal 8)" in open_page(client, group).content.decode()


def test_what_the_health_stage_stores_can_be_told(client, group):
    members = list(range(1, 12))
    for back in range(120):
        act(group, NIGHT - timedelta(days=back), members=members if back > 40 else None, messages=30 * (back > 40))
    judge_groups([group.pk], NIGHT - timedelta(days=2), NIGHT, now=timezone.now())
    answer = open_page(client, group)
    assert sum(loss.points for loss in answer.context["losses"] if loss.points is not None) == answer.context["lost"]
    page = answer.content.decode()
    assert "Silence: quiet for" in page
    assert all(loss.why for loss in answer.context["losses"])


def test_unknown_days_are_gaps_in_picture_table_and_sentence(client, group):
    make_standing(group, day=NIGHT)
    for back in (0, 1, 5, 6, 30):
        act(group, NIGHT - timedelta(days=back), messages=10 if back else 0)
    chart = open_page(client, group).context["charts"][0]
    assert chart.picture.count("<polyline") == 2  # two runs of two days
    assert chart.picture.count('class="dot"') == 1  # one lonely day
    values = [row[1] for row in chart.rows]
    assert len(values) == 56
    assert (values[-1], values[-3], values[-6]) == ("0", "--", "10")
    assert "51 days were not observed" in chart.sentence


def test_a_column_that_the_source_lacks_is_unknown(client, group):
    make_standing(group, day=NIGHT)
    act(group, NIGHT, members=None, clicks=5)
    chart = open_page(client, group).context["charts"][0]
    assert {row[1] for row in chart.rows} == {"--"}
    assert "Nobody was watching" in chart.sentence


def test_a_transaction_group_is_shown_by_its_orders_or_else_its_clicks(client, november, db):
    user = make_user(is_administrator=True, language="en")
    client.force_login(user)
    for counts, noun in (({"orders": 3, "messages": 9}, "Orders"), ({"clicks": 4, "messages": 9}, "Clicks")):
        group = make_group(plan_activity_kind="transaction")
        make_standing(group, day=NIGHT)
        act(group, NIGHT, **counts)
        chart = open_page(client, group).context["charts"][0]
        assert chart.title == f"{noun} a day"
        assert chart.rows[-1][1] == str(next(iter(counts.values())))


@given(st.lists(st.none() | st.integers(0, 99), min_size=1, max_size=60))
def test_weeks_add_only_known_days_and_end_with_the_last_day(values):
    days = [
        Step(NIGHT - timedelta(days=back), NIGHT - timedelta(days=back), value, int(value is not None))
        for back, value in zip(range(len(values) - 1, -1, -1), values, strict=True)
    ]
    weeks = weekly(days)
    assert len(weeks) == len(values) // 7
    if not weeks:
        return
    assert weeks[-1].last == NIGHT
    assert all(week.days == 7 for week in weeks)
    covered = values[len(values) - 7 * len(weeks) :]
    assert sum(week.value or 0 for week in weeks) == sum(value or 0 for value in covered)
    assert sum(week.known_days for week in weeks) == sum(value is not None for value in covered)
    assert all((week.value is None) == (week.known_days == 0) for week in weeks)


def test_the_score_chart_draws_the_line_to_watch_and_leaves_gaps(client, group):
    make_standing(group, day=NIGHT)
    low = int(LOW_SCORE) * 100
    reading(group, NIGHT, low - 500, 10_500 - low, 0, 0, 0, 0)
    reading(group, NIGHT - timedelta(days=14), low, 10_000 - low, 0, 0, 0, 0)
    chart = open_page(client, group).context["charts"][1]
    assert 'class="threshold"' in chart.picture
    assert [row[1] for row in chart.rows[-3:]] == [f"{LOW_SCORE:.0f}", "--", f"{LOW_SCORE - 5:.0f}"]
    assert f"below {LOW_SCORE:.0f} on 1 of 2 weekly checks" in chart.sentence


def test_promises_compare_with_the_last_full_month(client, november, db):
    user = make_user(is_administrator=True, language="en")
    client.force_login(user)
    group = make_group(
        plan_planned_net=Decimal(894), plan_weekly_hours=Decimal(5), plan_goal_people_28=20, plan_goal_28=None
    )
    make_standing(group, day=NIGHT, people_28=9)
    make_line(group, "1000.00", goods_cost=Decimal(0), on=date(2026, 10, 5))
    hourly = make_category("labour", priced_by="hour", default_price=Decimal(80))
    make_line(group, None, quantity=Decimal(31), category=hourly, on=date(2026, 10, 6))
    make_line(group, "5000.00", on=date(2026, 11, 6))  # the running month does not count
    answer = open_page(client, group)
    told = {line.label: (line.planned, line.actual) for line in answer.context["promises"]}
    assert told == {
        "Net contribution, last full month": ("¥894", "-¥1,480"),
        "Hours a week, last full month": ("5.0", "7.0"),
        "Different people in 28 days": ("20", "9"),
    }
    assert re.search(r"-2,374\s+worse", answer.content.decode())


def test_sales_of_activity_data_stand_beside_the_ledger_and_only_where_reported(client, group):
    act(group, NIGHT, messages=3)
    assert open_page(client, group).context["sales"] is None
    act(group, NIGHT - timedelta(days=1), orders=3, revenue_cents=123_456)
    answer = open_page(client, group)
    assert answer.context["sales"] == Decimal("1234.56")
    assert answer.context["total"].is_empty
    assert "¥1,234.56 of sales" in answer.content.decode()


def test_history_flags_and_cases_are_listed(client, group):
    make_standing(group, day=NIGHT, evidence={"silent_exposure": 20})
    StateChange.objects.create(
        group=group, day=NIGHT, before=HealthState.STABLE, after=HealthState.DORMANT, evidence={}, rule_version=1
    )
    make_flag(group, cause="silence", evidence={"silent_exposure": 14})
    make_flag(group, cause="exodus", raised_on=DAY - timedelta(days=90), lowered_on=DAY - timedelta(days=60))
    make_case(group)
    page = open_page(client, group).content.decode()
    assert "Silence: quiet for 20 days" in page
    assert "Members leaving" in page
    assert "Healthy → At risk" in page
    assert "To triage" in page
    assert reverse("group-edit", args=[group.pk]) in page


def test_the_page_takes_as_many_queries_for_a_rich_group_as_for_a_bare_one(
    client, group, django_assert_max_num_queries
):
    make_standing(group, day=NIGHT)
    for back in range(40):
        act(group, NIGHT - timedelta(days=back), messages=3)
        make_flag(group, cause="silence", raised_on=NIGHT - timedelta(days=back), lowered_on=NIGHT)
        make_line(group, "1.00")
    with django_assert_max_num_queries(32):  # the last two ask for a quiet season and an exemption
        open_page(client, group, "?range=26w")


def test_charts_of_a_group_that_nobody_watches_any_more_end_with_the_watching(client, group):
    seen = NIGHT - timedelta(days=400)
    make_standing(group, state=HealthState.UNKNOWN, day=NIGHT, last_observed_on=seen)
    answer = open_page(client, group)
    assert f"Nobody has watched this group since {seen}" in answer.content.decode()
    assert answer.context["charts"][0].rows[-1][0] == str(seen)


def test_charts_reach_to_the_last_night_while_somebody_watches(client, group):
    make_standing(group, day=NIGHT, last_observed_on=NIGHT - timedelta(days=55))
    answer = open_page(client, group)
    assert answer.context["unwatched_since"] is None
    assert answer.context["charts"][0].rows[-1][0] == str(NIGHT)
