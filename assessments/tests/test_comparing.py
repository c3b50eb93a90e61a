"""Plans side by side, and a verdict against the one before it."""

import pytest
from django.urls import reverse

from assessments.differences import results_side_by_side
from assessments.tests.filling import EXAMPLE, FAULTLESS, changed, fill, prefill, submit
from assessments.tests.making import make_assessment
from groups.tests.making import make_team, make_user

pytestmark = pytest.mark.django_db
PASSION = changed(FAULTLESS, basics__purpose={"purpose": "passion"}, need__revenue={"budget_cap": "20000"})


def decided(client, op, team, pages):
    assessment = make_assessment(team, op)
    prefill(assessment, pages, op)
    submit(client, assessment)
    return assessment


def compare(client, ids):
    return client.get(reverse("assessment-compare"), {"ids": ids})


def rows(answer, name):
    return {row.label: row for row in answer.context[name]}


def test_lines_that_differ_are_marked_and_the_others_are_not(client, op, team):
    one, two = decided(client, op, team, EXAMPLE), decided(client, op, team, FAULTLESS)
    answer = compare(client, f"{one.pk},{two.pk}")
    results, answers = rows(answer, "results"), rows(answer, "answers")
    assert results["Net contribution a month, base case"].cells == ("¥3,577", "¥13,817")
    assert results["Net contribution a month, base case"].differs
    assert results["Rules that spoke"].cells[1] == "None"
    assert answers["Order value"].cells == ("¥240", "¥400")
    assert not answers["Gross margin"].differs
    assert "≠" in answer.content.decode()


def test_plans_of_different_kinds_leave_open_what_one_does_not_have(client, op, team):
    one, two = decided(client, op, team, EXAMPLE), decided(client, op, team, PASSION)
    answer = client.get(reverse("assessment-compare") + f"?ids={two.pk}&ids={one.pk}")
    assert rows(answer, "results")["Chance that a month earns"].cells[0] == "--"
    assert rows(answer, "answers")["Order value"].cells == ("--", "¥240")


@pytest.mark.parametrize("ids", ["", "x", "٣", "9" * 30], ids=["none", "a word", "a foreign digit", "too long"])
def test_without_two_plans_the_page_says_what_to_do(client, ids):
    answer = compare(client, ids)
    assert answer.status_code == 200
    assert "Select two or three assessments with a verdict" in answer.content.decode()


def test_a_draft_has_nothing_to_compare(client, op, team, draft):
    one = decided(client, op, team, EXAMPLE)
    assert "Select two or three assessments with a verdict" in compare(client, f"{one.pk},{draft.pk}").content.decode()


def test_three_at_most(client, op, team):
    made = [make_assessment(team, op).pk for _n in range(4)]
    assert "Three at most" in compare(client, ",".join(map(str, made))).content.decode()


def test_a_plan_of_another_team_does_not_exist(client, op, team):
    one = decided(client, op, team, EXAMPLE)
    foreign = make_assessment(stranger := make_team(), make_user(stranger))
    assert compare(client, f"{one.pk},{foreign.pk}").status_code == 404


def test_a_second_verdict_says_what_changed(client, op, team):
    assessment = decided(client, op, team, EXAMPLE)
    address = reverse("verdict", args=[assessment.pk])
    assert "Changed since the verdict of" not in client.get(address).content.decode()
    client.post(reverse("assessment-reopen", args=[assessment.pk]))
    fill(client, assessment, {"basics/name": EXAMPLE["basics/name"] | {"group_count": "3"}}, op)
    submit(client, assessment)
    answer = client.get(address)
    told = {row.label: row.cells for row in answer.context["against_before"]["rows"]}
    assert told["How many groups will you build?"] == ("4", "3")
    assert told["Hours a week needed / there"] == ("24 / 20", "18 / 20")
    assert "Changed since the verdict of" in answer.content.decode()
    assert "Gross margin" not in told


def test_results_have_the_same_lines_for_every_kind(client, op, team):
    verdicts = [decided(client, op, team, pages).verdicts.get() for pages in (EXAMPLE, PASSION)]
    assert all(len(row.cells) == 2 for row in results_side_by_side(verdicts))
