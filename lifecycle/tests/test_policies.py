"""Policies as versions: nights of both forms across a change, a replay, a trial, and two administrators at once."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from groups.models import AuditEntry
from groups.tests.making import make_team, make_user
from lifecycle import lessons, policy_drafts
from lifecycle.models import (
    Flag,
    GroupEnd,
    HealthReading,
    Lesson,
    PolicyDraft,
    PolicyTurn,
    PolicyVersion,
    Standing,
    StateChange,
)
from lifecycle.own_history import Seen, history_of
from lifecycle.policies import changed_thresholds, kept_from, policy_from, rulings, with_changes
from lifecycle.policy_drafts import (
    DayHasBegun,
    DraftEnded,
    NotTriedYet,
    PolicyChangedMeanwhile,
    earliest_day,
)
from lifecycle.policy_form import PolicyForm
from lifecycle.rules.policy import DEFAULT_POLICY, RULE_VERSION
from lifecycle.rules.refit import refit
from lifecycle.tests.policy_making import STRICTER, a_night_done, adopt, make_draft, tried
from lifecycle.tests.rules.test_refit import a_history
from lifecycle.tests.test_rolling_nights import DAYS, day, everything, full_forms, groups, judge, start_over

__all__ = ["full_forms", "groups"]  # fixtures
LENIENT = replace(DEFAULT_POLICY, low_score=4000, recovered_score=5000, weights=(10, 10, 50, 20, 10))


@pytest.fixture
def admin():
    return make_user(is_administrator=True, language="en")


class TestThresholdsAsRows:
    def test_they_come_back_as_they_went(self):
        assert policy_from(kept_from(LENIENT)) == LENIENT

    def test_one_that_was_not_kept_yet_is_as_delivered(self):
        assert policy_from({"low_score": 100, "gone": 1}) == replace(DEFAULT_POLICY, low_score=100)

    def test_changes_are_told_one_by_one(self):
        told = changed_thresholds(DEFAULT_POLICY, LENIENT)
        assert ("low_score", 8200, 4000) in told and ("weights.2", 30, 50) in told and len(told) == 6
        assert with_changes(DEFAULT_POLICY, {name: float(new) for name, _old, new in told}) == LENIENT


@pytest.mark.django_db
def test_nights_across_two_versions_write_what_one_pass_writes(groups, full_forms):
    adopt(1, day(40))
    adopt(2, day(62), LENIENT)
    judge(groups, 0, 30)
    full_forms.clear()
    for n in range(31, DAYS):
        judge(groups, n, n)
    assert full_forms == [], "a new policy costs no full night"
    nights = everything()
    start_over()
    judge(groups, 0, DAYS - 1)
    assert everything() == nights
    versions = dict(HealthReading.objects.filter(group_id=groups[0].pk).values_list("day", "rule_version"))
    assert [versions[day(n)] - RULE_VERSION for n in (39, 40, 61, 62)] == [0, 100, 100, 200]
    assert set(Standing.objects.values_list("rule_version", flat=True)) == {RULE_VERSION + 200}
    for row in [*StateChange.objects.all(), *Flag.objects.all()]:
        on = row.day if isinstance(row, StateChange) else row.raised_on
        assert (row.rule_version, row.evidence["rule_version"]) == (versions[on], versions[on])


@pytest.mark.django_db
def test_old_days_are_judged_anew_as_they_were_after_another_policy_was_adopted(groups):
    judge(groups, 0, 60)
    before = everything()
    adopt(1, day(61))
    assert everything()[:4] == before[:4]
    judge(groups, 0, 60)
    assert everything() == before
    judge(groups, 61, 75)
    judge(groups, 30, 75)
    again = [row for row in everything()[0] if row["day"] <= day(60)]
    assert again == before[0]


@pytest.mark.django_db
class TestTheTrial:
    def test_it_counts_what_the_nights_raised_and_what_they_would_have(self, groups, admin):
        judge(groups, 0, DAYS - 1)
        a_night_done(day(DAYS - 1))
        draft = tried(make_draft(admin))
        assert (draft.state, draft.tried, draft.groups) == ("tried", 6, 6)
        standing = Flag.objects.filter(lowered_on=None, severity__gte=2)
        assert draft.found["flagged"][0] == len(set(standing.values_list("group", flat=True)))
        assert draft.found["fading"][0] == standing.filter(cause="fading").count()
        assert draft.found["raised"][1] > 0
        turned = {turn.group_id: turn for turn in draft.turns.all()}
        stands = dict(Standing.objects.values_list("group_id", "state"))
        assert all(turn.state_before == stands[pk] for pk, turn in turned.items())
        start_over()
        adopt(1, day(DAYS - 84))
        judge(groups, 0, DAYS - 1)
        after = Flag.objects.filter(lowered_on=None, severity__gte=2)
        assert draft.found["flagged"][1] == len(set(after.values_list("group", flat=True)))
        now = dict(Standing.objects.values_list("group_id", "state"))
        assert {pk for pk in now if now[pk] != stands[pk]} <= set(turned)
        assert all(turn.state_after == now[pk] for pk, turn in turned.items())

    def test_a_worker_that_dies_leaves_the_pieces_that_were_done(self, groups, admin, monkeypatch):
        judge(groups, 0, 80)
        a_night_done(day(80))
        monkeypatch.setattr("lifecycle.policy_trials.GROUPS_AT_ONCE", 2)
        whole = tried(make_draft(admin))
        draft = make_draft(admin)
        calls = []

        def die(*given):
            calls.append(given)
            if len(calls) == 2:
                raise RuntimeError
            return real(*given)

        real = policy_drafts.policy_trials.compared
        with monkeypatch.context() as patched, pytest.raises(RuntimeError):
            patched.setattr("lifecycle.policy_trials.compared", die)
            tried(draft)
        draft.refresh_from_db()
        assert (draft.tried, draft.state) == (2, "trying")
        assert tried(draft).found == whole.found
        turns = [sorted(each.turns.values_list("group_id", "causes_after")) for each in (draft, whole)]
        assert turns[0] == turns[1]

    def test_without_a_night_there_is_nothing_to_try(self, admin):
        assert make_draft(admin).state == PolicyDraft.State.TRIED


@pytest.mark.django_db
class TestAdopting:
    def test_it_holds_from_its_day_on_and_is_on_record(self, admin):
        draft = make_draft(admin, from_day=timezone.localdate() + timedelta(days=3))
        policy_drafts.adopt(draft=draft, by=admin, now=timezone.now())
        begins = draft.from_day.toordinal()
        assert [rulings().on(begins + n).number for n in (-1, 0)] == [0, 1]
        assert rulings().on(begins).policy == STRICTER
        entry = AuditEntry.objects.get(verb="health policy adopted")
        assert entry.before == {"low_score": 8200, "recovered_score": 8500}
        assert (entry.after["low_score"], entry.after["from_day"]) == (9000, draft.from_day.isoformat())

    def test_a_day_of_a_night_that_was_opened_is_too_early(self, admin):
        a_night_done(timezone.localdate() + timedelta(days=1))
        assert earliest_day(timezone.now()) == timezone.localdate() + timedelta(days=2)
        with pytest.raises(DayHasBegun):
            make_draft(admin)

    def test_a_draft_of_thresholds_that_hold_no_more_is_refused(self, admin):
        first, second = make_draft(admin), make_draft(admin)
        policy_drafts.adopt(draft=first, by=admin, now=timezone.now())
        with pytest.raises(PolicyChangedMeanwhile):
            policy_drafts.adopt(draft=second, by=admin, now=timezone.now())
        second.refresh_from_db()
        assert (second.state, PolicyVersion.objects.count()) == ("tried", 1)

    def test_what_is_not_tried_or_has_ended_is_refused(self, groups, admin):
        a_night_done(day(0))
        draft = make_draft(admin)
        with pytest.raises(NotTriedYet):
            policy_drafts.adopt(draft=draft, by=admin, now=timezone.now())
        policy_drafts.drop(draft=draft, by=admin, now=timezone.now())
        with pytest.raises(DraftEnded):
            policy_drafts.adopt(draft=draft, by=admin, now=timezone.now())
        assert not PolicyVersion.objects.exists()

    def test_a_version_is_never_edited(self):
        adopt(1, day(0))
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            PolicyVersion.objects.update(reason="Something else")


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_adopt_one_version():
    admin = make_user(make_team(), is_administrator=True)
    drafts = [make_draft(admin), make_draft(admin)]
    start, adopted, refused = Barrier(2), [], []

    def work(draft):
        try:
            start.wait(timeout=120)
            adopted.append(policy_drafts.adopt(draft=draft, by=admin, now=timezone.now()))
        except PolicyChangedMeanwhile:
            refused.append(draft)
        finally:
            connection.close()

    crew = [Thread(target=work, args=[draft]) for draft in drafts]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert (len(adopted), len(refused), PolicyVersion.objects.count()) == (1, 1, 1)


def typed(**changes):
    """The form as it is opened, with some figures typed over."""
    adopted = rulings().adopted
    policy, number = (adopted[-1].policy, adopted[-1].number) if adopted else (DEFAULT_POLICY, 0)
    form = PolicyForm(policy, number, timezone.localdate())
    return {name: form.initial.get(name, "") for name in form.fields} | {"reason": "A reason"} | changes


@pytest.mark.django_db
class TestThePages:
    address = "/settings/policy/"

    @pytest.fixture
    def web(self, client, admin):
        client.force_login(admin)
        return client

    def test_figures_are_typed_as_people_say_them_and_kept_exactly(self, web):
        sent = typed(low_score="80.5", thin_ratio="25%", weights_0="25", weights_4="10")
        answer = web.post(self.address, sent)
        draft = PolicyDraft.objects.get()
        assert answer.url == reverse("policy-draft", args=[draft.pk])
        wanted = replace(DEFAULT_POLICY, low_score=8050, thin_ratio=0.25, weights=(25, 15, 30, 20, 10))
        assert policy_from(draft.thresholds) == wanted
        page = web.get(answer.url).content.decode()
        assert "On watch below a score of" in page and "82 → 80.5" in page
        assert "nothing to try it on" in page
        assert web.post(answer.url, {"action": "adopt"}).status_code == 302
        assert rulings().on(draft.from_day.toordinal()).policy == wanted
        assert "v1" in web.get(self.address).content.decode()

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({}, "Nothing is changed"),
            ({"low_score": "86"}, "It must not be above “Off watch from a score of”"),
            ({"weights_0": "21"}, "Weights must add up to 100; they add up to 101"),
            ({"low_score": "101"}, "On watch below a score of must be between 1 and 100"),
            ({"low_score": "80", "from_day": "2020-01-01"}, "earlier days are judged already"),
            ({"low_score": "80", "reason": ""}, "Write why the rules are changed"),
        ],
    )
    def test_what_is_refused_says_what_to_do(self, web, changes, problem):
        answer = web.post(self.address, typed(**changes))
        assert (answer.status_code, PolicyDraft.objects.count()) == (422, 0)
        assert problem in answer.content.decode()

    def test_a_form_that_was_opened_before_another_adopted(self, web):
        stale = typed(low_score="80")
        adopt(1, timezone.localdate())
        answer = web.post(self.address, stale)
        assert (answer.status_code, PolicyDraft.objects.count()) == (409, 0)
        assert "adopted meanwhile" in answer.content.decode()

    def test_too_few_deaths_of_our_own_say_so_with_their_number(self, web, groups):
        judge(groups, 0, DAYS - 1)
        a_night_done(day(DAYS - 1))
        GroupEnd.objects.create(group=groups[1], fate="died", told_on=day(80), ended_on=day(70), made_at=timezone.now())
        assert "within five minutes" in web.get("/settings/policy/history/").content.decode()
        lessons.freshen(now=timezone.now())
        page = web.get("/settings/policy/history/").content.decode()
        assert "it takes 50 deaths with readings before them (there are 1)" in page
        assert web.get("/settings/policy/?learned=1").status_code == 200

    def test_what_is_learned_stands_beside_what_is_in_use_and_begins_a_draft(self, web, monkeypatch):
        seen = Seen(a_history(), None, 3, 2)
        monkeypatch.setattr("lifecycle.lessons.own_history", lambda: seen)
        a_night_done(day(DAYS - 1))
        assert [lessons.freshen(now=timezone.now()) for _ in range(2)] == [1, 0]
        adopt(1, timezone.localdate())
        page = web.get("/settings/policy/history/").content.decode()
        learned = refit(seen.history, STRICTER).policy
        assert f"<strong>{learned.risk_slope}</strong>" in page and "90% interval" in page
        assert str(STRICTER.low_score // 100) in page
        form = web.get("/settings/policy/?learned=1").content.decode()
        assert f'value="{learned.risk_slope}"' in form

    def test_progress_then_both_counts_and_the_groups_that_turn(self, web, groups, admin, django_assert_num_queries):
        judge(groups, 0, DAYS - 1)
        a_night_done(day(DAYS - 1))
        draft = make_draft(admin, replace(DEFAULT_POLICY, low_score=9900, recovered_score=9950))
        address = reverse("policy-draft", args=[draft.pk])
        waiting = web.get(address).content.decode()
        assert "0 of 6 groups" in waiting and "Adopt from" not in waiting
        tried(draft)
        turn = PolicyTurn.objects.filter(draft=draft).first()
        page = web.get(address).content.decode()
        assert turn.group.name in page and "Adopt from" in page
        assert "of 6 groups stood flagged" in page
        with django_assert_num_queries(7):
            web.get(address)
        assert web.post(address, {"action": "drop"}).status_code == 302
        assert not PolicyVersion.objects.exists()
        assert "Dropped on" in web.get(address).content.decode()


@pytest.mark.django_db
class TestLessons:
    def test_nothing_is_learned_before_a_night_is_finished(self, admin, client):
        assert lessons.freshen(now=timezone.now()) == 0
        client.force_login(admin)
        assert "No night has been finished yet" in client.get("/settings/policy/history/").content.decode()

    def test_each_night_is_learned_from_once_and_so_are_other_rules(self):
        a_night_done(day(0))
        assert lessons.freshen(now=timezone.now()) == 1
        assert lessons.freshen(now=timezone.now()) == 0
        a_night_done(day(1))
        assert lessons.freshen(now=timezone.now()) == 1
        assert Lesson.objects.get().through == day(1)
        Lesson.objects.update(rule_version=RULE_VERSION - 1)
        assert lessons.freshen(now=timezone.now()) == 1

    def test_what_was_learned_changes_nothing_else_of_the_policy_in_use(self, monkeypatch):
        monkeypatch.setattr("lifecycle.lessons.own_history", lambda: Seen(a_history(), None, 3, 2))
        a_night_done(day(0))
        lessons.freshen(now=timezone.now())
        other = replace(DEFAULT_POLICY, cap_exodus=1234)
        assert lessons.learned_policy(Lesson.objects.get(), other) == refit(a_history(), other).policy

    def test_a_page_asks_for_what_is_kept_and_fits_nothing(self, admin, client, monkeypatch):
        a_night_done(day(0))
        lessons.freshen(now=timezone.now())
        monkeypatch.setattr("lifecycle.lessons.own_history", None)
        client.force_login(admin)
        assert client.get("/settings/policy/history/").status_code == 200


@pytest.mark.django_db
def test_readings_become_shares_by_the_weights_of_their_own_version():
    adopt(1, day(0), LENIENT)  # weights 10, 10, 50, 20, 10
    #        group score age after version                losses                      cap
    rows = [[1, 8000, 400, 20, RULE_VERSION, 2000, 0, 0, 0, 0, 0],
            [1, 7000, 400, 13, RULE_VERSION + 100, 500, 0, 2500, 0, 0, 0],
            [1, 6000, 400, 6, RULE_VERSION, 0, -1, 4000, 0, 0, 0],
            [2, 9000, 100, 9999, RULE_VERSION, 0, 0, 1000, 0, 0, 0],
            [2, 9000, 30, 9999, RULE_VERSION, 0, 0, 1000, 0, 0, 0]]  # fmt: skip
    found = history_of(np.array(rows), living=7)
    assert found.shares.round(3).tolist() == [[0, 1, 1, 1, 1], [0.5, 1, 0.5, 1, 1], [1, 1, 0.667, 1, 1]]
    assert (found.died.tolist(), found.weight.tolist()) == ([True, True, False], [1, 1, 7])
    assert (found.lowest.tolist(), found.deaths, found.survivors) == ([6000], 1, 1)
