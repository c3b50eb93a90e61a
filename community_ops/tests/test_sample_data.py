"""Sample data on and off: one at a time, begun again after a kill, beside own groups that nothing touches."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from community_ops import learning
from community_ops.demo import working
from community_ops.demo.advancing import advance
from community_ops.demo.clearing import clear_demo
from community_ops.demo.one_at_a_time import LET_GO, TRY, DemoInHands
from community_ops.demo.stages import STAGES, within, words_at
from community_ops.management.commands.prepare import demo_is_wanting
from community_ops.notices import gathering
from community_ops.tests.digest import changed_tables, digest_of_tables
from groups import leases, sample_work
from groups.models import AuditEntry, Group, Notice, SampleWork, Team, User
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_line
from lifecycle import nights, pipeline
from lifecycle.models import DailyActivity, HealthReading, NightRun, Standing
from lifecycle.models.activity import KNOWN
from lifecycle.partitions import ensure_months

SPEAKS_OF_IT = {
    "groups_samplework", "groups_auditentry", "groups_auditseal", "groups_outboxmessage", "groups_notice",
}  # fmt: skip


@pytest.fixture
def boss():
    return make_user(is_administrator=True, language="en")


def asked(boss, kind="clear"):
    return sample_work.ask(kind=kind, by=boss, now=timezone.now())


def page(client, boss, **query):
    if not client.session.get("_auth_user_id"):
        client.force_login(boss)
    return client.get(reverse("sample-data"), query).text


def test_the_stages_are_told_in_order_and_end_with_the_next():
    begins = [begins for _name, begins, _words in STAGES]
    assert begins == sorted(set(begins)) and begins[0] == 0 and begins[-1] < 100
    for (name, begin, words), following in zip(STAGES, [*begins[1:], 100], strict=True):
        assert within(name, 0, 4) == begin
        assert within(name, 4, 4) == following
        assert words_at(begin) == words == words_at(following - 1)


@pytest.mark.django_db
def test_of_two_who_ask_at_once_one_wins(boss):
    asked(boss, "load")
    with pytest.raises(sample_work.WorkedOnAlready):
        asked(make_user(is_administrator=True), "clear")
    assert SampleWork.objects.count() == 1
    assert AuditEntry.objects.filter(verb="sample data asked for").count() == 1


@pytest.mark.django_db
def test_who_is_sample_asks_for_nothing(client):
    sample = make_user(is_administrator=True, is_demo=True, language="en")
    with pytest.raises(sample_work.IsSample):
        asked(sample)
    assert "createsuperuser" in page(client, sample)
    answer = client.post(reverse("sample-data"), {"do": "clear"}, follow=True)
    assert "Sign in with an account of your own" in answer.text
    assert not SampleWork.objects.exists()


@pytest.mark.django_db
def test_nothing_is_loaded_while_the_clock_is_ahead(client, boss, monkeypatch):
    client.force_login(boss)
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(minutes=90))
    answer = client.post(reverse("sample-data"), {"do": "load"}, follow=True)
    assert "The clock of the sample data is ahead" in answer.text
    assert not SampleWork.objects.exists()
    client.post(reverse("sample-data"), {"do": "clear"})
    assert SampleWork.objects.get().kind == "clear"


@pytest.mark.django_db
def test_a_group_that_the_demo_owns_is_named_and_nothing_goes(client, boss):
    demo, ours = make_team(is_demo=True), make_team()
    group = make_group(name="Ours", team=ours, owner=make_user(ours, is_demo=True))
    work = asked(boss)
    assert working.work(work.pk, now=timezone.now()) is False
    work.refresh_from_db()
    assert (work.state, work.owned) == ("refused", ["Ours"])
    assert Team.objects.filter(pk=demo.pk).exists()
    shown = page(client, boss)
    assert "Nothing was changed" in shown
    assert reverse("group-edit", args=[group.pk]) in shown
    gathering.gather(now=timezone.now())
    assert Notice.objects.get(user=boss, facts__what="sample").facts["state"] == "refused"


@pytest.mark.django_db
def test_what_a_killed_worker_left_is_called_again_and_begun_again(client, boss):
    make_team(is_demo=True)
    work = asked(boss)
    assert sample_work.lost(timezone.now()) == []
    leases.claim(SampleWork, work.pk, ["at_work"])  # and then it is killed
    assert "Taking the sample data off" in page(client, boss)
    later = timezone.now() + timedelta(minutes=3)
    SampleWork.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    connection.cursor().execute("UPDATE groups_outboxmessage SET sent_at = clock_timestamp()")
    assert sample_work.lost(later) == [work.pk]
    assert "the worker has stopped" in page(client, boss)
    assert working.work(work.pk, now=later) is False
    work.refresh_from_db()
    assert (work.state, work.counts["teams"]) == ("done", 1)
    assert not Team.objects.filter(is_demo=True).exists()


@pytest.mark.django_db
def test_a_work_that_fails_three_times_is_given_up_with_words(client, boss, monkeypatch):
    def broken(**_told):
        raise ValueError("broken")

    monkeypatch.setattr(working, "load_demo", broken)
    work = asked(boss, "load")
    for _time in range(working.MOST_ATTEMPTS):
        with pytest.raises(ValueError, match="broken"):
            working.work(work.pk, now=timezone.now())
    working.work(work.pk, now=timezone.now())
    work.refresh_from_db()
    assert work.state == "gave_up"
    assert "failed three times" in page(client, boss)
    asked(boss, "load")  # and it may be asked for again


@pytest.mark.django_db
def test_a_load_that_is_stopped_takes_itself_back_and_is_taken_off(client, boss, monkeypatch):
    def half(*, tell, **_told):
        tell("company", 10)
        make_team(is_demo=True)
        client.force_login(boss)
        client.post(reverse("sample-data"), {"do": "instead"})
        tell("money", 20)
        pytest.fail("it went on although it was stopped")

    monkeypatch.setattr(working, "load_demo", half)
    work = asked(boss, "load")
    assert working.work(work.pk, now=timezone.now()) is False
    work.refresh_from_db()
    clearing = sample_work.last()
    assert (work.state, clearing.kind, clearing.state) == ("stopped", "clear", "at_work")
    working.work(clearing.pk, now=timezone.now())
    assert not Team.objects.exists()
    with pytest.raises(sample_work.WorkedOnAlready):
        sample_work.take_off_instead(work=work, by=boss, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_who_finds_the_demo_in_other_hands_waits_without_losing_a_try(boss):
    make_team(is_demo=True)
    work = asked(boss)
    other = connection.copy()
    try:
        other.cursor().execute(TRY)
        assert working.work(work.pk, now=timezone.now()) is True
        with pytest.raises(DemoInHands):
            clear_demo()
        with pytest.raises(DemoInHands):
            advance(days=1)
        other.cursor().execute(LET_GO)  # the end of a session does so too, but later than its close
    finally:
        other.close()
    work.refresh_from_db()
    assert (work.state, work.attempts, work.claim) == ("at_work", 0, None)
    assert working.work(work.pk, now=timezone.now()) is False
    assert not Team.objects.exists()


@pytest.mark.django_db
def test_the_start_makes_no_demo_once_somebody_decided_on_the_page(boss):
    assert demo_is_wanting()
    working.work(asked(boss).pk, now=timezone.now())
    assert not demo_is_wanting()


@pytest.mark.django_db
def test_the_page_says_what_will_happen_and_what_was_cut_short(client, boss):
    make_group(team=make_team(is_demo=True))
    make_group()
    shown = page(client, boss, about="clear")
    assert "(teams: 1, groups: 1, people: 0)" in shown or "(teams: 1, groups: 1, people: 1)" in shown
    assert "a load was cut short" in page(client, boss)
    assert "is lost" in page(client, boss, about="load")
    assert "about-title" not in page(client, boss, about="nothing")


def rows_of(group):
    """What the installation knows of a group of its own."""
    return {
        "group": Group.objects.filter(pk=group.pk).values().get(),
        "readings": list(HealthReading.objects.filter(group_id=group.pk).order_by("day").values()),
        "standing": Standing.objects.filter(group=group).values().get(),
        "nights": list(NightRun.objects.order_by("day").values()),
    }


@pytest.mark.usefixtures("transactional_db")
def test_the_sample_data_come_and_go_beside_own_groups_that_stay_as_they_are(client, boss, monkeypatch):
    """The one full load, as a worker does it; `op` is a name that the sample data would have liked."""
    team, today = make_team(), timezone.localdate()
    op = make_user(team, username="op", last_login=None)
    group = make_group(team=team, owner=op, opened_on=today - timedelta(days=60))
    ensure_months(today - timedelta(days=60), today)
    seen = KNOWN["messages"] | KNOWN["speakers"]
    DailyActivity.objects.bulk_create(
        DailyActivity(
            group_id=group.pk, day=today - timedelta(days=back), known=seen, messages=3 + back % 4, speakers=2
        )
        for back in range(1, 41)
    )
    make_line(group, "5.00", by=op)
    nights.open_nights(nights.days_between(today - timedelta(days=3), today - timedelta(days=1)), now=timezone.now())
    pipeline.run_to_the_end(now=timezone.now())
    learning.gather_experience(today=today)  # as the tick does every hour
    client.force_login(boss)
    known, everything = rows_of(group), digest_of_tables(SPEAKS_OF_IT)

    load, told = asked(boss, "load"), []
    reach = leases.Lease.reach

    def seen_by_others(lease, done, total=100):
        reach(lease, done, total)
        if lease.model is not SampleWork:
            return
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT progress_done FROM groups_samplework WHERE id = %s", [lease.pk])
                told.append(cursor.fetchone()[0])
        finally:
            other.close()

    monkeypatch.setattr(leases.Lease, "reach", seen_by_others)
    working.work(load.pk, now=timezone.now())
    load.refresh_from_db()
    assert load.state == "done", load.state
    assert told == sorted(told) and len(set(told)) > len(STAGES)
    people = User.objects.filter(is_demo=True)
    assert people.count() == 12
    assert not [person for person in people if person.has_usable_password() or person.email]
    assert not people.filter(username="op").exists()
    assert Standing.objects.filter(group__team__is_demo=True).count() > 100
    assert rows_of(group) == known
    op.refresh_from_db()
    assert op.last_login is None
    assert "Sample data are there" in page(client, boss)

    working.work(asked(boss).pk, now=timezone.now())
    assert rows_of(group) == known
    left = changed_tables(everything, digest_of_tables(SPEAKS_OF_IT))
    assert left == set(), left
    gathering.gather(now=timezone.now())
    assert Notice.objects.filter(user=boss, facts__what="sample").count() == 2


@pytest.mark.django_db
def test_the_command_says_that_another_process_is_at_it(monkeypatch):
    def busy():
        raise DemoInHands

    monkeypatch.setattr("community_ops.management.commands.demo.clear_demo", busy)
    with pytest.raises(Exception, match="another process"):
        call_command("demo", "clear")
