"""Case 58: moments around midnight fall on the right day of Shanghai in rows, SQL reports, pages and nights."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from groups.models import Group
from groups.tests.making import make_group, make_team, make_user
from lifecycle import nights, pipeline
from lifecycle.models import FleetDay, NightItem, NightRun
from lifecycle.tests.files import slack_export
from lifecycle.tests.making_imports import import_bytes, stored

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
# A moment in Shanghai and the day that it belongs to.
MOMENTS = [
    pytest.param(datetime(2026, 9, 1, 23, 59, 59, 999000, tzinfo=SHANGHAI), date(2026, 9, 1), id="last of a day"),
    pytest.param(datetime(2026, 9, 2, 0, 0, tzinfo=SHANGHAI), date(2026, 9, 2), id="first of a day"),
    pytest.param(datetime(2026, 9, 2, 7, 59, 59, tzinfo=SHANGHAI), date(2026, 9, 2), id="before UTC midnight"),
    pytest.param(datetime(2026, 9, 2, 8, 0, tzinfo=SHANGHAI), date(2026, 9, 2), id="at UTC midnight"),
]


def test_the_session_of_the_database_counts_in_utc():
    """So CURRENT_DATE and casts of timestamps are wrong by eight hours; nothing here may use them."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW TIME ZONE")
        assert cursor.fetchone()[0] == "UTC"


@pytest.mark.parametrize(("moment", "day"), MOMENTS)
def test_a_message_is_counted_on_its_day_in_rows_reports_and_charts(client, moment, day):
    team = make_team()
    message = {"type": "message", "ts": f"{moment.timestamp():.6f}", "user": "U1", "text": "good morning"}
    import_bytes(slack_export({"2026-09-01": [message]}), team=team, name="export.zip", first=str(day), last=str(day))
    assert {key[1] for key, counts in stored(team).items() if counts.get("messages")} == {str(day)}
    now = timezone.now()
    nights.open_nights([day - timedelta(days=1), day, day + timedelta(days=1)], now=now)
    pipeline.run_to_the_end(now=now)
    assert [str(row.day) for row in FleetDay.objects.filter(acts_7=1).order_by("day")][0] == str(day)
    client.force_login(make_user(team, language="en"))
    with time_machine.travel(datetime(2026, 9, 10, 4, tzinfo=UTC), tick=False):
        page = client.get(reverse("group-page", args=[Group.objects.get().pk]))
    assert page.status_code == 200
    assert str(day) in page.content.decode()


@pytest.mark.parametrize(("moment", "day"), MOMENTS)
def test_a_group_is_active_until_the_day_before_it_was_archived(moment, day):
    make_group(opened_on=date(2026, 8, 1), archived_at=moment)
    nights.open_nights([day - timedelta(days=1), day, day + timedelta(days=1)], now=moment)
    assert [str(item.run.day) for item in NightItem.objects.select_related("run")] == [str(day - timedelta(days=1))]


@pytest.mark.parametrize(("moment", "day"), MOMENTS)
def test_a_tick_opens_the_night_that_is_due_at_its_moment(moment, day, settings):
    settings.NIGHT_STARTS_AT_HOUR = 0
    nights.ensure_nights(now=moment.astimezone(UTC))
    assert NightRun.objects.get().day == day - timedelta(days=1)


@pytest.mark.parametrize(("moment", "day"), MOMENTS)
def test_a_page_at_this_moment_means_this_day(client, moment, day):
    team = make_team()
    group = make_group(team=team, opened_on=date(2026, 8, 1))
    client.force_login(make_user(team, language="en"))
    with time_machine.travel(moment, tick=False):
        page = client.get(reverse("group-ledger", args=[group.pk])).content.decode()
    assert f'value="{day}"' in page
