"""Own groups beside the questions: told from three on, by the people who may see them, and warned of once."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.dry_run import dry_run
from assessments.experience import experience_for
from assessments.registration import register_from_verdict
from assessments.rules.thresholds import Thresholds
from assessments.tests.filling import EXAMPLE, FAULTLESS, fill, make_category, page_address, prefill, submit
from assessments.tests.learning_making import make_experience
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db
CONVERSIONS = ("0.019", "0.02", "0.027", "0.03", "0.041")
REVENUE_PAGE = "need/revenue"


def before(pages, last):
    names = list(pages)
    return {name: pages[name] for name in names[: names.index(last)]}


@pytest.fixture
def known(team):
    return [make_experience(team, each, weekly_hours=Decimal(3 + n)) for n, each in enumerate(CONVERSIONS)]


def test_the_question_says_what_own_groups_show(known, draft, client, op):
    prefill(draft, before(EXAMPLE, REVENUE_PAGE), op)
    page = client.get(page_address(draft, REVENUE_PAGE)).content.decode()
    assert "Your 5 groups of this model: 2.7% in the middle, most between 1.9% and 3.7%" in page


def test_an_answer_outside_is_warned_of_and_taken(known, draft, client, op):
    prefill(draft, before(EXAMPLE, REVENUE_PAGE), op)
    answer = client.post(page_address(draft, REVENUE_PAGE), EXAMPLE[REVENUE_PAGE], follow=True)
    assert "8.0% is outside of what your own groups show" in answer.content.decode()
    assert draft.pages.get(page="revenue").answers["sell_buyers"] == "8"


def test_an_answer_inside_is_not(known, draft, client, op):
    prefill(draft, before(EXAMPLE, REVENUE_PAGE), op)
    answer = client.post(page_address(draft, REVENUE_PAGE), EXAMPLE[REVENUE_PAGE] | {"sell_buyers": "3"}, follow=True)
    assert "is outside of what your own groups show" not in answer.content.decode()


def test_only_groups_that_the_person_sees_of_the_same_model_and_layer(known, team, op):
    answers = {"purpose": "business", "earns": "selling", "selling_kind": "repurchase"}
    stranger = make_team()
    for _n in range(4):
        make_experience(stranger, "0.5")
        make_experience(team, "0.5", monetization="paid_access")
        make_experience(team, "0.5", layer="vip")
    assert experience_for(op, answers | {"layer": "course"}).told["sell_buyers"].n == 5
    assert experience_for(op, answers).told["sell_buyers"].n == 9
    assert not experience_for(make_user(make_team()), answers).told


def test_hours_are_told_for_all_planned_groups_together(known, op):
    answers = {"purpose": "business", "earns": "selling", "selling_kind": "repurchase", "group_count": 4}
    assert experience_for(op, answers).told["weekly_hours"].median == 20


def test_few_groups_tell_nothing(team, op, draft, client):
    make_experience(team, "0.02")
    make_experience(team, "0.03")
    prefill(draft, before(EXAMPLE, REVENUE_PAGE), op)
    assert "in the middle" not in client.get(page_address(draft, REVENUE_PAGE)).content.decode()


def test_the_verdict_draws_from_own_groups_and_says_so(known, draft, client, op):
    prefill(draft, EXAMPLE, op)
    verdict = submit(client, draft)
    driver = next(each for each in verdict.figures["uncertainty"]["ranges"] if each["key"] == "driver")
    assert (driver["source"], driver["low"], driver["high"]) == ("own", "1.94", "8")
    assert "from your own groups" in client.get(reverse("verdict", args=[draft.pk])).content.decode()


def test_the_check_page_says_what_lies_outside_and_how_many_lived(known, draft, client, op):
    prefill(draft, EXAMPLE, op)
    page = client.get(reverse("assessment-check", args=[draft.pk])).content.decode()
    assert "8.0% is outside" in page
    assert "Of 5 own groups of this kind 5 lived 90 days." in page


class TestCapacity:
    def test_what_is_promised_to_running_groups_is_gone(self, draft, client, op, team):
        type(op).objects.filter(pk=op.pk).update(weekly_hours=30)
        make_group(team=team, owner=op, plan_weekly_hours=Decimal("12.5"))
        make_group(team=team, owner=op, plan_weekly_hours=Decimal(5), closed_on="2026-11-01")
        make_group(team=team, owner=op)
        prefill(draft, before(EXAMPLE, "need/costs"), op)
        page = client.get(page_address(draft, "need/costs")).content.decode()
        assert "1 person named: 30 hours a week, 12.5 promised to other groups, 17.5 left." in page
        assert "1 of their groups has no planned hours and is not counted." in page

    def test_the_verdict_keeps_what_was_left_and_warns(self, draft, client, op, team):
        type(op).objects.filter(pk=op.pk).update(weekly_hours=20)
        make_group(team=team, owner=op, plan_weekly_hours=Decimal(8))
        prefill(draft, FAULTLESS, op)
        verdict = submit(client, draft)
        assert verdict.figures["capacity"] == {
            "people": 1, "offered": "20", "promised": "8", "groups": 1, "unplanned": 0,
        }  # fmt: skip
        page = client.get(reverse("verdict", args=[draft.pk])).content.decode()
        assert "12 left. This plan needs 18." in page
        assert "The plan counts on 18 hours a week, the people named have 12 left" in page
        assert "Free 6 hours a week: name one more person, or hand groups over" in page
        assert dry_run(Thresholds()).differences == ()

    def test_more_hours_than_are_left_are_pointed_out_and_taken(self, draft, client, op, team):
        make_group(team=team, owner=op, plan_weekly_hours=Decimal(30))
        prefill(draft, before(EXAMPLE, "need/costs"), op)
        named = {"CATEGORY": str(make_category().pk)}
        costs = {key: named.get(value, value) for key, value in EXAMPLE["need/costs"].items()}
        answer = client.post(page_address(draft, "need/costs"), costs, follow=True)
        assert "The plan counts on 20 hours a week, the people named have 10 left" in answer.content.decode()

    def test_groups_of_the_plan_itself_promise_nothing_to_others(self, draft, client, op):
        type(op).objects.filter(pk=op.pk).update(weekly_hours=20)
        prefill(draft, FAULTLESS, op)
        verdict = submit(client, draft)
        register_from_verdict(
            verdict=verdict,
            token=uuid4(),
            name="First",
            owner=op,
            opened_on=date(2026, 12, 1),
            by=op,
            now=timezone.now(),
        )
        client.post(reverse("assessment-reopen", args=[draft.pk]))
        again = submit(client, draft)
        assert (again.figures["capacity"]["promised"], again.figures["owner_groups"]) == ("0", 0)
        assert again.outcome == "go"

    def test_a_page_of_the_wizard_asks_a_fixed_number_of_queries(
        self, draft, client, op, team, django_assert_max_num_queries
    ):
        for _n in range(20):
            make_experience(team, "0.02")
        prefill(draft, before(EXAMPLE, "need/costs"), op)
        with django_assert_max_num_queries(16):
            client.get(page_address(draft, "need/costs"))


def test_every_page_of_the_example_is_still_accepted(known, draft, client, op):
    fill(client, draft, EXAMPLE, op)
