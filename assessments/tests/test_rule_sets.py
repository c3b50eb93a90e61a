"""Rules as versioned data: who may, what is refused, a dry run that writes nothing, and old verdicts that stay."""

from dataclasses import replace
from decimal import Decimal as D
from threading import Barrier, Thread
from time import perf_counter
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from assessments.dry_run import dry_run
from assessments.models import RuleSet, Verdict
from assessments.rule_forms import RulesForm
from assessments.rule_sets import RulesChangedMeanwhile, current_rules, save_rules, thresholds_from
from assessments.rules.thresholds import Thresholds
from assessments.storing import plain
from assessments.tests.filling import EXAMPLE, FAULTLESS, prefill, submit
from assessments.tests.making import make_assessment, signed_in
from groups.models import AuditEntry
from groups.tests.making import make_team, make_user

STRICTER = replace(Thresholds(), posts_per_day=1)


def save(by, thresholds=STRICTER, based_on=1, note="Fewer posts"):
    return save_rules(thresholds=thresholds, note=note, based_on=based_on, by=by, now=timezone.now())


@pytest.fixture
def admin():
    return make_user(is_administrator=True, language="en")


def typed(**changes):
    """The form as it is opened, with some figures typed over."""
    rules = current_rules()
    form = RulesForm(rules.thresholds, rules.version)
    return {name: form.initial.get(name, "") for name in form.fields} | {"note": "A reason"} | changes


def decided(team, op, pages=FAULTLESS):
    assessment = make_assessment(team, op)
    prefill(assessment, pages, op)
    return submit(signed_in(op), assessment)


@pytest.mark.django_db
class TestVersions:
    def test_without_a_row_the_code_holds(self):
        assert (current_rules().version, current_rules().thresholds) == (1, Thresholds())

    def test_what_was_saved_holds_and_is_on_record(self, admin):
        saved = save(admin)
        assert (current_rules().version, current_rules().thresholds) == (2, STRICTER)
        entry = AuditEntry.objects.get(verb="verdict rules changed", object_id=saved.pk)
        assert (entry.before, entry.after, entry.reason) == ({"posts_per_day": 6}, {"posts_per_day": 1}, "Fewer posts")

    def test_thresholds_come_back_as_they_went(self):
        thresholds = replace(Thresholds(), staffing_stop=D("0.35"), groups_per_owner=7)
        assert thresholds_from(plain(thresholds)) == thresholds

    def test_a_threshold_that_was_not_kept_yet_has_its_starting_value(self):
        assert thresholds_from({"posts_per_day": 3, "gone": "1"}) == replace(Thresholds(), posts_per_day=3)

    @pytest.mark.parametrize("based_on", [0, 2])
    def test_a_version_that_is_not_the_newest_is_no_base(self, admin, based_on):
        with pytest.raises(RulesChangedMeanwhile):
            save(admin, based_on=based_on)
        assert not RuleSet.objects.exists()

    def test_a_version_is_never_edited(self, admin):
        save(admin)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            RuleSet.objects.update(note="Something else")


@pytest.mark.django_db
class TestVerdictsUnderNewRules:
    def test_the_next_verdict_follows_them_and_the_old_one_stays(self, admin, team, op):
        old = decided(team, op)
        save(admin)
        new = decided(team, op)
        old.refresh_from_db()
        assert (old.rule_version, old.outcome, new.rule_version, new.outcome) == (1, "go", 2, "conditional")
        assert [finding["code"] for finding in new.findings] == ["C11"]
        assert new.thresholds["posts_per_day"] == 1
        page = signed_in(op).get(reverse("verdict", args=[old.assessment_id])).content.decode()
        assert "The rules are at v2 now" in page

    def test_a_check_page_of_older_rules_is_shown_once_more(self, admin, client, draft, op):
        prefill(draft, FAULTLESS, op)
        save(admin)
        address = reverse("assessment-check", args=[draft.pk])
        stale = {"declared": "yes", "token": str(uuid4()), "rule_version": "1"}
        answer = client.post(address, stale, follow=True)
        assert "The rules changed since you checked" in answer.content.decode()
        assert not Verdict.objects.exists()
        assert client.post(address, stale | {"rule_version": "2"}).status_code == 302
        assert Verdict.objects.get().rule_version == 2

    def test_a_stop_at_another_share_says_so(self, admin, client, op, team):
        save(admin, replace(Thresholds(), staffing_stop=D("0.9")))
        verdict = decided(team, op, EXAMPLE)
        page = client.get(reverse("verdict", args=[verdict.assessment_id])).content.decode()
        assert "Less than 90% of the people needed" in page


@pytest.mark.django_db
class TestDryRun:
    def test_it_tells_what_would_change_and_writes_nothing(self, team, op, django_assert_num_queries):
        changed, _other = decided(team, op), decided(team, op, EXAMPLE)
        before = list(Verdict.objects.values_list("pk", "outcome"))
        with django_assert_num_queries(1):
            run = dry_run(replace(Thresholds(), posts_per_day=1, hours_course=D(5)))
        assert (run.tried, run.turned, run.unreadable) == (2, 1, 0)
        told = {each.verdict.pk: each for each in run.differences}
        assert (told[changed.pk].before, told[changed.pk].after, told[changed.pk].raised) == (
            "go",
            "conditional",
            ("C11",),
        )
        assert next(each for each in run.differences if each.before == "conditional").silenced == ("C19",)
        assert list(Verdict.objects.values_list("pk", "outcome")) == before

    def test_the_same_rules_change_nothing(self, team, op):
        decided(team, op), decided(team, op, EXAMPLE)
        assert dry_run(Thresholds()).differences == ()

    def test_only_the_newest_verdict_of_an_assessment_is_tried(self, team, op):
        verdict = decided(team, op)
        signed_in(op).post(reverse("assessment-reopen", args=[verdict.assessment_id]))
        submit(signed_in(op), verdict.assessment)
        assert dry_run(Thresholds()).tried == 1

    def test_a_thousand_verdicts(self, team, op, capsys):
        """A figure to read (python3 manage.py test -s), not a bound: machines differ."""
        verdict = decided(team, op, EXAMPLE)
        copies = [verdict_copy(verdict, make_assessment(team, op)) for _n in range(1000)]
        Verdict.objects.bulk_create(copies)
        began = perf_counter()
        run = dry_run(STRICTER)
        with capsys.disabled():
            print(f"\n{run.tried} verdicts under new rules: {perf_counter() - began:.2f} s (at most 5 wanted)")  # noqa: T201
        assert (run.tried, run.tried_newest, run.differences_newest) == (1000, 20, 20)


def verdict_copy(verdict, assessment):
    fields = {
        field.attname: getattr(verdict, field.attname) for field in Verdict._meta.concrete_fields if field.name != "id"
    }
    return Verdict(**fields | {"assessment_id": assessment.pk, "token": uuid4()})


@pytest.mark.django_db
class TestThePage:
    address = "/settings/verdict/"

    def test_administrators_alone(self, admin, op):
        assert signed_in(op).get(self.address).status_code == 403
        assert signed_in(op).post(self.address, typed(posts_per_day="1", action="save")).status_code == 403
        assert signed_in(admin).get(self.address).status_code == 200
        assert not RuleSet.objects.exists()

    def test_trying_shows_what_would_change_and_saves_nothing(self, admin, team, op):
        decided(team, op)
        answer = signed_in(admin).post(self.address, typed(posts_per_day="1", action="try"))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Of the last 1 assessments, 1 would change." in page
        assert "C11 too many posts a day" in page
        assert 'value="A reason"' in page and 'value="1"' in page
        assert not RuleSet.objects.exists()

    def test_saving_makes_it_hold(self, admin):
        sent = typed(posts_per_day="1", staffing_stop="40%", action="save")
        assert signed_in(admin).post(self.address, sent).status_code == 302
        thresholds = current_rules().thresholds
        assert (thresholds.posts_per_day, thresholds.staffing_stop) == (1, D("0.4"))
        assert thresholds == replace(Thresholds(), posts_per_day=1, staffing_stop=D("0.4"))

    def test_lengths_of_lives_reach_the_page_that_asks_for_them_and_the_plan(self, admin, client, draft, op, team):
        sent = typed(flash_days="10", lasting_days="400", action="save")
        assert signed_in(admin).post(self.address, sent).status_code == 302
        address = reverse("assessment-page", args=[draft.pk, "duration", "length"])
        assert "Within 10 days, ends when it is done" in client.get(address).content.decode()
        flash = {"span": "flash", "starts_on": "2026-12-01"}
        refused = client.post(address, flash | {"ends_on": "2026-12-12"})
        assert "A flash group lasts 10 days at most" in refused.content.decode()
        assert client.post(address, flash | {"ends_on": "2026-12-11"}).status_code == 302
        assert decided(team, op).figures["life_days"] == 400

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({}, "Nothing is changed"),
            ({"flash_days": "93"}, "Days that a flash group lasts at most must be between 1 and 92"),
            ({"posts_per_day": "51"}, "Official posts a day must be between 0 and 50"),
            ({"posts_per_day": "many"}, "Official posts a day must be a number"),
            ({"hours_vip": "0"}, "Hours a week of a VIP group must be between 0.1 and 168"),
            ({"staffing_stop": "100"}, "It must stop below the share that passes"),
            ({"posts_per_day": "1", "note": ""}, "Write why the rules are changed"),
        ],
    )
    def test_what_is_refused_says_what_to_do(self, admin, changes, problem):
        answer = signed_in(admin).post(self.address, typed(action="save", **changes))
        assert answer.status_code == 422
        assert problem in answer.content.decode()
        assert not RuleSet.objects.exists()

    def test_a_form_that_was_opened_before_another_saved(self, admin):
        stale = typed(posts_per_day="3", action="save")
        save(admin)
        answer = signed_in(admin).post(self.address, stale)
        assert answer.status_code == 409
        assert "Somebody saved v2 meanwhile" in answer.content.decode()
        assert 'value="3"' in answer.content.decode()
        assert current_rules().thresholds == STRICTER


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_save_one_version():
    admin = make_user(make_team(), is_administrator=True)
    start, saved, refused = Barrier(2), [], []

    def work():
        try:
            start.wait(timeout=120)
            saved.append(save(admin))
        except RulesChangedMeanwhile:
            refused.append(True)
        finally:
            connection.close()

    crew = [Thread(target=work) for _n in range(2)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert (len(saved), len(refused), RuleSet.objects.count()) == (1, 1, 1)
