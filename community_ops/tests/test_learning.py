"""What the nights teach: scored once at each moment, again without effect, unknown where nobody looked."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from assessments.models import Experience, Score
from assessments.registration import register_from_verdict
from assessments.tests.filling import FAULTLESS, prefill, submit
from assessments.tests.making import make_assessment, signed_in
from community_ops import learning
from community_ops.tasks import learn
from groups.models import AuditEntry, Group
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_line
from lifecycle.models import DailyActivity
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import KNOWN

OPENED = date(2026, 6, 1)
DAY_90 = OPENED + timedelta(days=90)


def make_registered(groups=1):
    team = make_team()
    op = make_user(team)
    assessment = make_assessment(team, op)
    prefill(assessment, FAULTLESS, op)
    verdict = submit(signed_in(op), assessment)
    return verdict, [
        register_from_verdict(
            verdict=verdict, token=uuid4(), name=f"G{n}", owner=op, opened_on=OPENED, by=op, now=timezone.now()
        )
        for n in range(groups)
    ]


def score(today=DAY_90):
    return learning.score(now=timezone.now(), today=today)


def observe(group, days, **counts):
    ensure_months(OPENED, OPENED + timedelta(days=120))
    for day in range(days):
        DailyActivity.objects.create(
            group_id=group.pk,
            day=OPENED + timedelta(days=day),
            known=sum(KNOWN[name] for name in counts),
            **counts,
        )


@pytest.mark.django_db
class TestScores:
    def test_the_day_before_nothing_is_scored(self):
        make_registered()
        assert score(DAY_90 - timedelta(days=1)) == 0
        assert score(DAY_90) == 1

    def test_predicted_and_actual_of_one_group_of_three(self):
        verdict, [group] = make_registered()
        observe(group, 90, members=600, buyers=9)
        make_line(group, "9000", goods_cost="3000", on=OPENED + timedelta(days=10))
        make_line(group, "900", goods_cost="0", on=DAY_90)  # the day after the window
        score()
        found = Score.objects.get()
        assert found.predicted["members"] == "666.6667"
        assert found.predicted["net"] == "4605.5556"
        assert found.predicted["conversion"] == "0.08"
        assert found.actual["members"] == 600
        assert found.actual["net"] == "2027.78"  # 6,000 in 90 days
        assert found.actual["conversion"] == "0.0794"  # sqrt(9 x 252) of 600
        assert (found.earned, found.groups, found.team_id) == (True, 1, verdict.team_id)
        assert found.chance == Decimal(verdict.figures["uncertainty"]["month_positive"])
        assert AuditEntry.objects.filter(verb="scored", object_id=found.pk).count() == 1

    def test_what_nobody_looked_at_stays_unknown(self):
        make_registered()
        score()
        found = Score.objects.get()
        assert found.earned is None
        assert {found.actual[key] for key in ("members", "conversion", "net", "weekly_hours")} == {None}

    def test_one_unknown_group_of_two_leaves_the_plan_unknown(self):
        _verdict, [one, _two] = make_registered(groups=2)
        make_line(one, "9000", goods_cost="0", on=OPENED)
        score()
        assert Score.objects.get().earned is None

    def test_the_second_run_adds_nothing(self):
        make_registered()
        assert (score(), score()) == (1, 0)
        assert Score.objects.count() == AuditEntry.objects.filter(verb="scored").count() == 1

    def test_the_end_comes_when_all_groups_are_closed(self):
        _verdict, groups = make_registered(groups=2)
        Group.objects.filter(pk=groups[0].pk).update(closed_on=OPENED + timedelta(days=40))
        assert score(OPENED + timedelta(days=50)) == 0
        Group.objects.filter(pk=groups[1].pk).update(closed_on=OPENED + timedelta(days=60))
        assert score(OPENED + timedelta(days=61)) == 1
        found = Score.objects.get()
        assert (found.moment, found.actual["life_days"], found.actual["has_ended"]) == ("end", 50, True)

    def test_a_fixed_number_of_reads(self, django_assert_max_num_queries):
        make_registered()
        score()
        for _n in range(3):
            make_registered()
        with django_assert_max_num_queries(4 + 3 * 8):  # a score is two inserts in savepoints
            assert score() == 3


@pytest.mark.django_db
class TestExperience:
    def test_young_archived_and_unplanned_groups_teach_nothing(self):
        today = date(2026, 8, 1)
        old = make_group(opened_on=OPENED)
        make_group(opened_on=today - timedelta(days=27))
        make_group(opened_on=OPENED, archived_at=timezone.now())
        assert learning.gather_experience(today=today) == 1
        assert Experience.objects.get().group == old

    def test_the_next_night_replaces_it(self):
        group = make_group(opened_on=OPENED, layer="course")
        learning.gather_experience(today=date(2026, 8, 1))
        observe(group, 90, members=100, buyers=4, joins=2)
        learning.gather_experience(today=date(2026, 8, 2))
        found = Experience.objects.get()
        assert (found.as_of, found.layer, found.life_days) == (date(2026, 8, 2), "course", 61)
        assert found.conversion == Decimal("0.2117")
        assert found.cost_per_join is None

    def test_once_a_day_unless_asked_again(self):
        make_group(opened_on=OPENED)
        day = {"now": timezone.now(), "today": date(2026, 8, 1)}
        assert [learning.learn(**day)["experience"] for _n in range(2)] == [1, 0]
        assert learning.learn(**day, again=True)["experience"] == 1

    def test_the_tick_and_the_command_do_the_same_work(self, capsys):
        make_group(opened_on=OPENED)
        learn()
        assert Experience.objects.count() == 1
        call_command("score_assessments")
        assert "1 groups taught, 0 verdicts scored" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_score_once():
    make_registered()
    start, made, failed = Barrier(2), [], []

    def work():
        try:
            start.wait(timeout=120)
            made.append(score())
        except Exception as error:  # told to the test below
            failed.append(error)
        finally:
            connection.close()

    crew = [Thread(target=work) for _n in range(2)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert not failed, failed
    assert sorted(made) == [0, 1]
    assert Score.objects.count() == 1
