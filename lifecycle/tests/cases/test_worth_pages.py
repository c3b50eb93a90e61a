"""The page on which a person tries other figures: what it shows, what it keeps, and what stays as it was measured."""

from decimal import Decimal as D

import pytest
import time_machine
from django.urls import reverse

from groups.models import AuditEntry, Plan
from groups.tests.making import make_team, make_user
from lifecycle.cases.recommending import refresh
from lifecycle.models import Case, CaseEvent
from lifecycle.tests.cases.making import DAY, NOW, REASON, make_case, make_decided, make_dying_group, silent

pytestmark = pytest.mark.django_db
BACKEND = "community_ops.colleagues.ColleagueBackend"
GUESS = "The summer sale is not in the plan"


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sign_in(client):
    def as_user(user):
        user.language = "en"
        user.save()
        client.force_login(user, backend=BACKEND)
        return client

    return as_user


def earning_case(**plan):
    """A silent group whose plan expects a margin of 3,000 a month from 20 people at a cost of 400."""
    group = make_dying_group()
    silent(group)
    terms = {"monetization": "repurchase", "planned_net": D(3000), "planned_cost": D(400), "goal_people_28": 20}
    Plan.objects.filter(group=group, superseded_at=None).update(**terms | plan)
    case = make_case(group)
    refresh(Case.objects.all(), DAY)
    return Case.objects.get(pk=case.pk)


def worth(case, query=""):
    return reverse("case-worth", args=[case.pk]) + query


def test_the_case_says_what_each_remedy_is_worth_and_what_would_turn_it(sign_in):
    case = earning_case()
    page = sign_in(make_user(case.team)).get(reverse("case-page", args=[case.pk]))
    said = page.context["recommendation"]["worth"]
    # revive 0.3333 x 9000 - 0.6667 x 200; nobody to migrate; dissolve 400 x 3; needed 1200 / 9000
    assert [value for *_, value in said["values"]] == [D("2866.36"), D("0.00"), D("1200.00")]
    assert (said["chance"], said["needed"], said["best"]) == ("33%", "13%", "revive")
    assert "No attempt of this kind was judged in the team yet: it begins with 2 of 6" in page.text
    assert said["turn"].startswith("It turns first with “Margin of a healthy month”: now ¥3,000, at ¥1,200 or less: ")
    assert 'name="monthly_margin"' in page.text and "at ¥1,200 or less: Dissolve" in page.text


def test_without_a_margin_the_plain_order_stands_and_the_page_says_what_is_missing(sign_in):
    case = earning_case(planned_net=None)
    client = sign_in(make_user(case.team))
    assert "money does not speak here" in client.get(reverse("case-page", args=[case.pk])).text
    page = client.get(worth(case))
    assert "Not on record: Margin of a healthy month · Margin of one active member a month" in page.text
    tried = client.get(worth(case, "?monthly_margin=3000&margin_per_active=150"))
    assert tried.context["tried"]["best"] == "revive"


def test_a_group_that_is_to_earn_nothing_is_not_judged_by_money(sign_in):
    case = earning_case(monetization="none", planned_net=D(-400))
    assert case.recommended == "revive" and case.recommendation["values"] is None


def test_a_plan_without_a_goal_of_people_takes_what_is_usual_for_the_size(sign_in):
    case = earning_case(goal_people_28=None)
    assert case.recommendation["inputs"]["margin_per_active"] == "375.00"  # 3000 / 8 of 100 members


def test_figures_that_are_tried_are_written_nowhere(sign_in):
    case = earning_case()
    events = CaseEvent.objects.count()
    page = sign_in(make_user(case.team)).get(worth(case, "?chance=10&revive_cost=1.2w"))
    assert "With the figures on record: Revive first" in page.text and 'value="1.2w"' in page.text
    assert "With your figures: Dissolve with a proper goodbye" in page.text
    assert CaseEvent.objects.count() == events


@pytest.mark.parametrize("query", ["?chance=abc", "?months=4", "?active=-3", "?chance=101"])
def test_a_figure_that_cannot_be_read_is_said_beside_it(sign_in, query):
    page = sign_in(make_user(earning_case().team)).get(worth(Case.objects.get(), query))
    assert page.status_code == 422 and "There is 1 problem" in page.text


def test_kept_figures_stand_in_the_history_and_go_with_the_decision(sign_in):
    case = earning_case()
    before = case.recommendation
    person = make_user(case.team, display_name="Li Na")
    client = sign_in(person)
    sent = {"version": case.version, "chance": "10", "revive_cost": "200", "reason": GUESS}
    page = client.post(worth(case), sent, follow=True)
    assert "Other figures tried" in page.text and "Chance that reviving succeeds 10% (on record 33%)" in page.text
    event = CaseEvent.objects.get(kind="assumed")
    assert (event.by, event.content["inputs"], event.content["remedy"]) == (
        person,
        {"chance": "0.1", "revive_cost": "200.00"},
        "dissolve",
    )
    assert AuditEntry.objects.filter(verb="case figures assumed", reason=GUESS).exists()
    case.refresh_from_db()
    assert (case.recommendation, case.recommended) == (before, "revive")
    decided = make_decided(case, "revive")
    assert CaseEvent.objects.get(kind="revive").content["assumed"] == {
        "by": "Li Na",
        "inputs": {"chance": "0.1", "revive_cost": "200.00"},
    }
    assert "with the figures of Li Na" in client.get(reverse("case-page", args=[decided.pk])).text


def test_figures_of_an_earlier_decision_do_not_go_with_the_next_one(sign_in):
    case = earning_case()
    sign_in(make_user(case.team)).post(worth(case), {"version": 1, "chance": "10", "reason": GUESS})
    make_decided(make_decided(Case.objects.get(), "revive"), "dissolve")
    assert "assumed" not in CaseEvent.objects.get(kind="dissolve").content


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"chance": "10", "reason": "no"}, "at least 10 characters"),
        ({"reason": REASON}, "Change at least one of the figures"),
        ({"monthly_keep": "400", "reason": REASON}, "Change at least one of the figures"),
    ],
    ids=["a short reason", "nothing typed", "the figure on record"],
)
def test_figures_are_not_kept_without_a_reason_or_a_difference(sign_in, fields, said):
    case = earning_case()
    page = sign_in(make_user(case.team)).post(worth(case), {"version": case.version} | fields)
    assert page.status_code == 422 and said in page.text
    assert not CaseEvent.objects.filter(kind="assumed").exists()


def test_another_team_finds_no_figures_and_an_ended_case_takes_none(sign_in):
    case = earning_case()
    stranger = sign_in(make_user(make_team(), role="manager"))
    assert stranger.get(worth(case)).status_code == 404
    make_decided(case, "keep")
    own = sign_in(make_user(case.team))
    assert own.get(worth(case)).status_code == 409
    assert own.post(worth(case), {"version": 1, "chance": "10", "reason": GUESS}).status_code == 409
    assert not CaseEvent.objects.filter(kind="assumed").exists()
