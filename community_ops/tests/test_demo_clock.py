"""Days that go by in the demo: what its groups do next, who they are, and where the clock may not be moved."""

from datetime import date, timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.migrations.writer import MigrationWriter
from django.urls import reverse
from django.utils import timezone

from community_ops.demo import clock
from community_ops.demo.activity import days_of
from community_ops.demo.advancing import NotAdvanced, advance, one_day
from community_ops.demo.loading import LOADED
from community_ops.demo.next_days import day_of, groups_that_answer
from community_ops.demo.roster import roster
from groups import audit
from groups.models import AuditEntry, Team, User
from groups.teams import create_team
from groups.tests.making import make_group, make_team, make_user
from lifecycle.models import DailyActivity, HealthReading, NightRun
from lifecycle.tests.cases.making import make_case, make_decided, make_dying_group

LOADED_ON = date(2026, 11, 22)
SHAPES = {shape.key: shape for shape in roster()}


@pytest.fixture
def own_clock(settings, tmp_path):
    """A clock file of this test alone."""
    settings.LOCAL_DIR = tmp_path
    clock.set_days_ahead(0)
    yield
    clock.set_days_ahead(None)


def mean(days, name):
    return sum(day.counts[name][0] for day in days) / len(days)


def next_days_of(key, count=21, **how):
    return [day_of(SHAPES[key], LOADED_ON + timedelta(days=n), LOADED_ON, 200, **how) for n in range(count)]


def test_a_day_is_the_same_every_time_and_each_is_another():
    first, again = next_days_of("mom-02"), next_days_of("mom-02")
    assert first == again
    assert len({day.counts["messages"][0] for day in first}) > 5
    loaded = days_of(SHAPES["mom-02"], LOADED_ON - timedelta(days=1))
    known = {member for day in loaded.speakers for member, _n in day}
    assert {member for day in first for member, _n in day.speakers[0]} <= known


@pytest.mark.parametrize(
    ("key", "name"), [("tea-01", "orders"), ("mom-02", "messages"), ("spon-01", "messages"), ("flash-08", "orders")]
)
def test_a_group_goes_on_as_its_history_did(key, name):
    loaded = days_of(SHAPES[key], LOADED_ON - timedelta(days=1)).counts[name][-28:]
    assert mean(next_days_of(key, 14), name) == pytest.approx(sum(loaded) / len(loaded), rel=0.35)


def test_a_group_that_is_revived_answers():
    assert mean(next_days_of("mom-03"), "messages") < 2  # stopped weeks ago
    assert mean(next_days_of("mom-03", answers=True), "messages") > 10
    assert max(day.counts["ads"][0] for day in next_days_of("mom-05", answers=True)) <= 1


@pytest.mark.django_db
def test_only_who_was_worked_on_answers_and_only_after_some_days():
    team = make_team(is_demo=True)
    worker = make_user(team)
    case = make_decided(make_case(make_dying_group(team=team, external_id="mom-03")), "revive")
    began = LOADED_ON - timedelta(days=3)
    type(case).objects.update(state="running", attempt_began_on=began)
    assert groups_that_answer(LOADED_ON) == set()
    for task in list(case.tasks.order_by("place"))[:2]:
        type(task).objects.filter(pk=task.pk).update(done_at="2026-11-19T04:00:00Z", done_by=worker)
    assert groups_that_answer(LOADED_ON) == {case.group_id}
    assert groups_that_answer(LOADED_ON - timedelta(days=1)) == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db")
def test_a_day_goes_by_with_its_activity_and_its_night(own_clock):
    with time_machine.travel("2026-11-22T04:00:00Z", tick=False) as world:
        team = make_team(is_demo=True, slug="demo-east")
        make_user(team, "manager", username="mgr", is_demo=True)
        group = make_group(team=team, external_id="tea-01", name="T", opened_on=date(2026, 6, 1), platform="wecom")
        closed = make_group(team=team, external_id="tea-02", opened_on=date(2026, 6, 1), closed_on=date(2026, 11, 1))
        rows = one_day(first_day=LOADED_ON, go_on=lambda: world.shift(timedelta(days=1)))
        assert rows and DailyActivity.objects.get(group_id=group.pk).day == LOADED_ON
        assert NightRun.objects.get().day == LOADED_ON and NightRun.objects.get().done_at
        assert HealthReading.objects.get().group_id == group.pk
        assert not DailyActivity.objects.filter(group_id=closed.pk).exists()
        members = DailyActivity.objects.get(group_id=group.pk).members
        one_day(first_day=LOADED_ON, go_on=lambda: world.shift(timedelta(days=1)))
        later = DailyActivity.objects.get(group_id=group.pk, day=LOADED_ON + timedelta(days=1))
        assert later.members == members + later.joins - later.leaves


@pytest.mark.django_db
def test_the_clock_stays_where_real_teams_are(own_clock):
    with pytest.raises(NotAdvanced, match="no demo"):
        advance(days=1)
    team = make_team(is_demo=True)
    audit.record(verb=LOADED, thing=team, by=None, now="2026-11-22T04:00:00Z")
    make_team()
    with pytest.raises(CommandError, match="are no demo"):
        call_command("demo", "advance", "3")
    assert clock.days_ahead() == 0 and not NightRun.objects.exists() and AuditEntry.objects.count() == 1
    for words in (["advance"], ["load", "3"], ["advance", "0"], ["advance", "1000"]):
        with pytest.raises(CommandError):
            call_command("demo", *words)


def test_a_process_follows_the_clock(own_clock):
    before = clock.now()
    clock.set_days_ahead(14)
    assert clock.now() - before >= timedelta(days=14)
    clock.clock_file().write_text("not a number")
    assert clock._read() == 0


def test_fields_that_begin_now_follow_the_clock_as_migrations_name_it(own_clock, monkeypatch):
    joined = User._meta.get_field("date_joined")
    begun = [
        field for model in apps.get_models() for field in model._meta.local_fields if field.default is timezone.now
    ]
    assert joined in begun
    real = timezone.now
    monkeypatch.setattr(timezone, "now", real)  # put back at the end
    clock.follow()
    try:
        clock.set_days_ahead(14)
        assert joined.get_default() - real() > timedelta(days=13)
        assert joined.default is timezone.now, "what migrations that are loaded from now on compare it with"
        assert MigrationWriter.serialize(joined.default)[0] == "django.utils.timezone.now"
    finally:
        for field in begun:
            field.default = real
            vars(field).pop("_get_default", None)


def test_a_process_that_does_not_follow_shows_no_days_ahead(own_clock, monkeypatch):
    clock.set_days_ahead(14)
    assert clock.days_shown() == 0
    monkeypatch.setattr(timezone, "now", clock.now)
    assert clock.days_shown() == 14


@pytest.mark.django_db
def test_no_real_team_begins_to_live_by_a_clock_that_is_ahead(client, monkeypatch):
    boss = make_user(is_administrator=True, language="en")
    ahead = timezone.now() + timedelta(days=3)
    with monkeypatch.context() as moved:
        moved.setattr(timezone, "now", lambda: ahead)
        client.force_login(boss, backend="community_ops.colleagues.ColleagueBackend")
        refused = client.post(reverse("team-list"), {"name": "East", "parent": ""})
        with pytest.raises(CommandError, match="Remove the demo first: demo clear"):
            call_command("import_activity", "figures.csv")
    assert refused.status_code == 422 and "demo clear" in refused.text
    assert not Team.objects.filter(is_demo=False, name__in=["East", "Imported", "imported"]).exists()
    create_team(name="East", parent=None, by=boss, now=timezone.now())
