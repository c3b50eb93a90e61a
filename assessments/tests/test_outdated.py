"""A draft whose people, groups or categories went away meanwhile: a sentence and a link, and nothing is lost."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Verdict
from assessments.rule_sets import save_rules
from assessments.rules.thresholds import Thresholds
from assessments.tests.filling import EXAMPLE, changed, make_category, page_address, prefill
from assessments.tests.making import signed_in
from groups.models import Membership, User
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db


def check(client, draft):
    return client.get(reverse("assessment-check", args=[draft.pk])).content.decode()


def ask(client, draft):
    sent = {"declared": "yes", "token": str(uuid4())}
    return client.post(reverse("assessment-check", args=[draft.pk]), sent, follow=True)


def leave(person):
    User.objects.filter(pk=person.pk).update(is_active=False)


def move(person):
    Membership.objects.filter(user=person).update(team=make_team())


@pytest.mark.parametrize("gone", [leave, move])
def test_who_approves_dissolving_went_away(client, draft, team, op, gone):
    approver = make_user(team)
    prefill(draft, changed(EXAMPLE, duration__exit={"dissolution_approver": str(approver.pk)}), op)
    gone(approver)
    page = check(client, draft)
    assert "The person who approves dissolving has left; select another one" in page
    assert f"{page_address(draft, 'duration/exit')}?return=check#question-dissolution_approver" in page
    assert "Get the verdict" not in page.split("</h1>")[1]
    assert "Change what is out of date above" in ask(client, draft).content.decode()
    assert not Verdict.objects.exists()


def test_an_owner_whose_account_is_closed_is_replaced_and_nothing_else_is_lost(client, draft, team, op):
    owner = make_user(team)
    prefill(draft, changed(EXAMPLE, basics__purpose={"owner": str(owner.pk)}), op)
    leave(owner)
    assert "The owner who was chosen has left" in check(client, draft)
    purpose = {"purpose": "business", "owner": str(op.pk)}
    answer = client.post(page_address(draft, "basics/purpose"), purpose | {"return": "check"})
    assert answer["Location"] == reverse("assessment-check", args=[draft.pk])
    assert "has left" not in check(client, draft)
    ask(client, draft)
    verdict = Verdict.objects.get()
    assert (verdict.answers["owner"], verdict.answers["sell_members"]) == (op.pk, 2000)


def test_what_does_not_stop_is_told_and_counts_on(client, draft, team, op):
    helper, after = make_user(team), make_group(team=team)
    prefill(
        draft,
        changed(
            EXAMPLE, basics__purpose={"collaborators": [str(helper.pk)]}, duration__funnel={"downstream": str(after.pk)}
        ),
        op,
    )
    leave(helper)
    type(after).objects.filter(pk=after.pk).update(closed_on="2026-11-20")
    category = make_category()
    type(category).objects.filter(pk=category.pk).update(archived_at=timezone.now())
    page = check(client, draft)
    assert "Some who take part have left; their hours do not count" in page
    assert "A cost category was archived; its amount counts until you choose another one" in page
    assert "A group before or after this one has ended" in page
    ask(client, draft)
    assert Verdict.objects.get().figures["costs"]["running"] == "1600"


def test_an_owner_who_went_to_another_team_is_replaced(client, draft, team, op):
    owner = make_user(team)
    prefill(draft, changed(EXAMPLE, basics__purpose={"owner": str(owner.pk)}), op)
    move(owner)
    said = "The owner who was chosen has left; select another one"
    assert said in check(client, draft)
    assert said in client.get(page_address(draft, "basics/purpose")).content.decode()
    sent = {"purpose": "business", "owner": str(owner.pk)}
    refused = client.post(page_address(draft, "basics/purpose"), sent)
    assert (refused.status_code, refused.content.decode().count(said)) == (422, 2)
    assert draft.pages.get(page="purpose").typed["owner"] == [str(owner.pk)]


def test_an_owner_who_works_above_the_team_stays_one(client, draft, team, op):
    region = make_team()
    type(team).objects.filter(pk=team.pk).update(parent=region)
    owner = make_user(region, role="manager")
    prefill(draft, changed(EXAMPLE, basics__purpose={"owner": str(owner.pk)}), owner)
    assert "has left" not in check(client, draft)
    sent = {"purpose": "business", "owner": str(owner.pk), "return": "check"}
    assert client.post(page_address(draft, "basics/purpose"), sent).status_code == 302


def test_an_archived_category_keeps_its_line_and_says_so(client, draft, op):
    prefill(draft, EXAMPLE, op)
    category = make_category()
    type(category).objects.filter(pk=category.pk).update(archived_at=timezone.now())
    page = client.get(page_address(draft, "need/costs")).content.decode()
    assert "A cost category was archived; its amount counts until you choose another one" in page
    assert page.count(f'<option value="{category.pk}" selected>Prizes and red packets (archived)</option>') == 2
    assert 'value="800"' in page
    assert "Prizes and red packets (archived) ¥800" in check(client, draft)
    sent = EXAMPLE["need/costs"] | {f"running-{place}-category": str(category.pk) for place in (0, 1)}
    refused = client.post(page_address(draft, "need/costs"), sent)
    assert refused.status_code == 422
    assert "Line 1: “Prizes and red packets” was archived; select another category" in refused.content.decode()
    assert draft.pages.get(page="costs").typed["running-0-amount"] == ["800"]


def test_a_group_that_ended_while_the_page_was_open(client, draft, team, op):
    after = make_group(team=team)
    type(after).objects.filter(pk=after.pk).update(closed_on="2026-11-20")
    answer = client.post(page_address(draft, "duration/funnel"), {"layer": "course", "downstream": str(after.pk)})
    assert answer.status_code == 422
    assert "A group before or after this one has ended; choose another one, or none" in answer.content.decode()


def test_a_life_that_newer_rules_refuse_is_told_before_the_verdict(client, draft, op):
    flash = {"span": "flash", "starts_on": "2026-12-01", "ends_on": "2026-12-26"}
    prefill(draft, changed(EXAMPLE, duration__length=flash), op)
    assert "lasts" not in check(client, draft)
    save_rules(thresholds=Thresholds(flash_days=20), note="Shorter", based_on=1, by=op, now=timezone.now())
    page = check(client, draft)
    assert "A flash group lasts 20 days at most" in page
    assert f"{page_address(draft, 'duration/length')}?return=check#question-ends_on" in page
    ask(client, draft)
    assert not Verdict.objects.exists()
    assert draft.pages.get(page="length").answers["ends_on"] == "2026-12-26"


def test_who_leaves_the_team_is_told_that_nothing_is_lost(client, draft, team, op):
    client.post(page_address(draft, "basics/name"), {"name": "Snack club", "leave": "1"})
    stranger = signed_in(make_user(make_team(), language="en"))
    move(op)
    address = page_address(draft, "duration/mission")
    told = client.post(address, {"mission": "Members <order> again", "continue": "1"})
    assert told.status_code == 404
    assert "You are not in this team any more" in told.content.decode()
    assert "Members &lt;order&gt; again" in told.content.decode()
    assert draft.pages.get().typed["name"] == ["Snack club"]
    for anybody in (stranger.get(address), stranger.get(page_address(Assessment(pk=0), "basics/name"))):
        assert (anybody.status_code, "any more" in anybody.content.decode()) == (404, False)
