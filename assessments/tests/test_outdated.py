"""A draft whose people, groups or categories went away meanwhile: a sentence and a link, and nothing is lost."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Verdict
from assessments.tests.filling import EXAMPLE, changed, make_category, page_address, prefill
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
