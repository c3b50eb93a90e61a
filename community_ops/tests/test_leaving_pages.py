"""Giving away what a person looks after, and closing the account of who leaves."""

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Condition
from assessments.tests.filling import EXAMPLE, fill, submit
from assessments.tests.making import make_assessment, signed_in
from community_ops.people.leaving import NobodyChosen, give_away
from community_ops.people.person import conditions_of
from groups.models import Group, Handover, Membership, User
from groups.tests.making import make_group, make_team, make_user
from groups.tests.racing import at_once
from lifecycle.models import Case
from lifecycle.tests.cases.making import make_case, make_dying_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team(name="East")


@pytest.fixture
def administrator():
    return make_user(is_administrator=True, language="en", display_name="Admin")


@pytest.fixture
def admin(administrator):
    return signed_in(administrator)


def make_condition(team, owner):
    client = signed_in(owner)
    assessment = make_assessment(team, owner)
    fill(client, assessment, EXAMPLE, owner)
    condition = submit(client, assessment).conditions.earliest("pk")
    Condition.objects.exclude(pk=condition.pk).update(owner=None)
    Condition.objects.filter(pk=condition.pk).update(owner=owner, state="open", done_at=None, done_by=None)
    return condition


@pytest.fixture
def leaving(team):
    person = make_user(team, display_name="Leaver")
    for _ in range(2):
        make_group(team=team, owner=person)
    case = make_case(make_dying_group(team=team, owner=person))
    Case.objects.filter(pk=case.pk).update(owner=person)
    make_condition(team, person)
    return person


def leave(client, person, **fields):
    return client.post(reverse("member-handover", args=[person.pk]), fields)


def test_groups_cases_and_conditions_go_together_with_the_account(admin, team, leaving):
    taker, other = make_user(team), make_user(team)
    mine = list(Group.objects.filter(owner=leaving).order_by("pk"))
    client = signed_in(leaving)
    page = admin.get(reverse("member-handover", args=[leaving.pk])).text
    assert "3 running groups" in page and "1 ongoing case" in page and "1 open condition" in page
    answer = leave(
        admin,
        leaving,
        **{f"team_{team.pk}": taker.pk, f"group_{mine[0].pk}": other.pk, "reason": "moved", "close": "1"},
    )
    assert answer.status_code == 302
    assert set(Group.objects.filter(owner=taker)) == set(mine[1:])
    assert Group.objects.get(owner=other) == mine[0]
    assert Case.objects.get().owner == taker
    assert Condition.objects.exclude(owner=None).get().owner == taker
    assert Handover.objects.filter(reason="moved").count() == 3
    assert client.get("/me/").status_code == 302
    done = admin.get(reverse("member-handover", args=[leaving.pk])).text
    assert "Still to do in WeCom" in done and done.count('name="handover"') == 3


def test_conditions_that_a_later_verdict_took_the_place_of_are_nobodys(team):
    """The next verdict on a plan sets conditions of its own: nothing is left to do about the earlier one."""
    person = make_user(team)
    condition = make_condition(team, person)
    assert conditions_of(person).get() == condition
    assessment = condition.verdict.assessment
    client = signed_in(person)
    client.post(reverse("assessment-reopen", args=[assessment.pk]))
    newer = submit(client, assessment)
    assert newer != condition.verdict
    newer.conditions.update(owner=None)
    assert Condition.objects.filter(owner=person, state="open").exists()
    assert not conditions_of(person).exists()


def test_an_account_is_not_closed_while_something_is_left(admin, team, leaving):
    answer = leave(admin, leaving, close="1")
    assert answer.status_code == 422
    assert "Select who takes over in every team" in answer.text
    for group in Group.objects.filter(owner=leaving):
        answer = leave(admin, leaving, **{f"group_{group.pk}": make_user(team).pk})
    assert leave(admin, leaving, close="1").status_code == 422, "a case and a condition are left"
    leaving.refresh_from_db()
    assert leaving.is_active


def test_without_closing_a_part_may_go(admin, team, leaving):
    group = Group.objects.filter(owner=leaving).earliest("pk")
    assert leave(admin, leaving, **{f"group_{group.pk}": make_user(team).pk}).status_code == 302
    assert Group.objects.filter(owner=leaving).count() == 2
    nothing = leave(admin, leaving)
    assert nothing.status_code == 422 and "Select who takes over" in nothing.text


def test_who_looks_after_nothing_is_closed_at_once_and_comes_back(admin, team):
    person = make_user(team)
    assert leave(admin, person, close="1").status_code == 302
    page = reverse("member-page", args=[person.pk])
    assert "can sign in again" in admin.post(page, {"action": "reopen"}, follow=True).text
    person.refresh_from_db()
    assert person.is_active


def test_nobody_of_another_team_takes_over(admin, team, leaving):
    assert leave(admin, leaving, **{f"team_{team.pk}": make_user(make_team()).pk}).status_code == 422
    assert not Handover.objects.exists()


def test_a_taker_who_left_meanwhile_leaves_everything_as_it_was(administrator, team, leaving):
    taker = make_user(team)
    Membership.objects.filter(user=taker).delete()
    with pytest.raises(ValueError, match=taker.username):
        give_away(
            person=leaving,
            by_team={team.pk: taker},
            by_group={},
            reason="",
            close=True,
            by=administrator,
            now=timezone.now(),
        )
    assert Group.objects.filter(owner=leaving).count() == 3
    assert User.objects.get(pk=leaving.pk).is_active


def test_the_last_administrator_is_not_closed(admin, administrator):
    answer = leave(admin, administrator, close="1")
    assert answer.status_code == 422 and "This is the last administrator" in answer.text


def test_the_page_takes_as_many_queries_for_many_groups(admin, team, django_assert_max_num_queries):
    person = make_user(team)
    make_group(team=team, owner=person)
    address = reverse("member-handover", args=[person.pk])
    with django_assert_max_num_queries(14) as few:
        admin.get(address)
    for _ in range(30):
        make_group(team=team, owner=person)
    with django_assert_max_num_queries(len(few)):
        admin.get(address)


def test_a_group_that_is_given_on_waits_for_the_newest_hand_over_only(admin, team):
    person, second = make_user(team), make_user(team)
    group = make_group(team=team, owner=person)
    leave(admin, person, **{f"team_{team.pk}": second.pk})
    leave(admin, second, **{f"team_{team.pk}": person.pk})
    leave(admin, person, **{f"team_{team.pk}": second.pk})
    page = admin.get(reverse("member-handover", args=[person.pk]))
    to_do = page.context["to_do"]
    shown = [row for batch in to_do["batches"] for row in batch.rows] + [row for row, _until in to_do["waiting"]]
    assert [row.group for row in shown] == [group]


def test_a_group_that_went_on_is_to_be_done_from_its_last_giver_only(admin, team):
    one, two, three = (make_user(team) for _ in range(3))
    make_group(team=team, owner=three)
    for giver, taker in ((three, two), (two, one)):
        leave(admin, giver, **{f"team_{team.pk}": taker.pk})
    to_do = [admin.get(reverse("member-handover", args=[each.pk])).context["to_do"]["batches"] for each in (three, two)]
    assert [[batch.to for batch in batches] for batches in to_do] == [[], [str(one)]]


def test_of_two_who_hand_over_to_each_other_and_leave_one_stays(transactional_db):
    team = make_team()
    make_user(is_administrator=True)
    by = make_user(is_administrator=True)
    one, two = make_user(team), make_user(team)
    for owner in (one, two):
        make_group(team=team, owner=owner)

    def go(person, taker):
        return give_away(
            person=person, by_team={team.pk: taker}, by_group={}, reason="", close=True, by=by, now=timezone.now()
        )

    results = at_once(lambda: go(one, two), lambda: go(two, one))
    assert sum(isinstance(result, int) for result in results) == 1, results
    assert not any(isinstance(result, NobodyChosen) for result in results)
    active = User.objects.get(pk__in=[one.pk, two.pk], is_active=True)
    assert set(Group.objects.values_list("owner", flat=True)) == {active.pk}
