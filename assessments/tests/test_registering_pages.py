"""From a verdict to groups in the registry, through the pages: what is taken over, what went away, who comes twice."""

from datetime import date, time
from uuid import uuid4

import pytest
from django.urls import reverse

from assessments.models import Registration
from assessments.tests.filling import EXAMPLE, FAULTLESS, changed, submit
from assessments.tests.test_verdict_pages import PARTNERS, decided, shown
from groups.models import Group, User
from groups.tests.making import make_group, make_user

pytestmark = pytest.mark.django_db


def register(client, assessment, **changes):
    typed = {"token": str(uuid4()), "name": "Snack club 1", "opened_on": "2026-12-01"} | changes
    return client.post(reverse("verdict-register", args=[assessment.pk]), typed)


def test_a_group_is_registered_with_the_plan_of_the_verdict(client, op, team):
    assessment = decided(client, op, team, EXAMPLE)
    assert "21:00–09:00" in client.get(reverse("verdict-register", args=[assessment.pk])).text
    token = str(uuid4())
    first = register(client, assessment, owner=op.pk, token=token)
    again = register(client, assessment, owner=op.pk, token=token)
    assert first.url == again.url
    group = Group.objects.get()
    plan = group.plans.get()
    assert (group.name, group.layer, group.platform, group.owner) == ("Snack club 1", "course", "wecom", op)
    assert (plan.monetization, plan.activity_kind, plan.lifespan) == ("repurchase", "transaction", "lasting")
    assert (plan.signal, str(plan.signal_target)) == ("buyers_7", "2.00")
    assert str(plan.weekly_hours) == "5.00"
    assert (plan.planned_revenue, plan.planned_cost, plan.planned_net) == (
        pytest.approx(9600),
        pytest.approx(2945, abs=1),
        pytest.approx(894, abs=1),
    )
    assert str(plan.planned_conversion) == "0.0800"
    assert (plan.at_risk_after_days, plan.dissolution_approver, plan.max_posts_per_day) == (14, op, 2)
    assert (plan.quiet_from, plan.quiet_to) == (time(21), time(9))
    assert plan.renewal_on == date(2027, 3, 2)
    assert Registration.objects.get().verdict == assessment.verdicts.get()


def test_what_went_away_since_the_verdict_is_told_and_left_out(client, op, team):
    owner, before = make_user(team), make_group(team=team)
    pages = changed(
        EXAMPLE,
        basics__purpose={"owner": str(owner.pk)},
        duration__funnel={"upstream": str(before.pk)},
        duration__exit={"dissolution_approver": str(owner.pk)},
    )
    assessment = decided(client, op, team, pages)
    address = reverse("verdict-register", args=[assessment.pk])
    opened = client.get(address).content.decode()
    assert "2 conditions are not met yet and stay tasks" in opened
    assert "Changed since the verdict" not in opened
    User.objects.filter(pk=owner.pk).update(is_active=False)
    Group.objects.filter(pk=before.pk).update(closed_on="2026-11-20")
    opened = client.get(address).content.decode()
    for sentence in (
        "The owner who was chosen has left; select another one",
        "The group that members were to come from has ended and is left out",
        "Who was to approve dissolving has left; the managers of the team decide",
    ):
        assert sentence in opened
    assert '<option value="">Choose</option>' in opened  # nobody is chosen silently
    assert register(client, assessment, owner="").status_code == 422
    assert register(client, assessment, owner=owner.pk).status_code == 422
    register(client, assessment, owner=op.pk)
    group = Group.objects.get(name="Snack club 1")
    assert (group.owner, group.upstream, group.plans.get().dissolution_approver) == (op, None, None)


def test_several_groups_are_registered_at_one_click_and_never_twice(client, op, team):
    assessment = decided(client, op, team, EXAMPLE)
    register(client, assessment, owner=op.pk, name="Pilot")
    token = str(uuid4())
    opened = client.get(reverse("verdict-register", args=[assessment.pk]))
    assert opened.context["form"].initial["count"] == 3
    for _again in range(2):
        answer = register(client, assessment, owner=op.pk, token=token, name="Snack club", count="3")
        assert answer.url.startswith(reverse("verdict", args=[assessment.pk]))
    assert set(Group.objects.values_list("name", flat=True)) == {
        "Pilot", "Snack club 2", "Snack club 3", "Snack club 4",
    }  # fmt: skip
    assert "3 groups registered with this plan" in shown(client, assessment)
    register(client, assessment, owner=op.pk, name="More", count="4")
    assert Group.objects.count() == 5  # one more than planned is a choice, four are a mistake


def test_groups_of_an_earlier_verdict_on_the_plan_count(client, op, team):
    assessment = decided(client, op, team, EXAMPLE)
    register(client, assessment, owner=op.pk, name="Pilot")
    client.post(reverse("assessment-reopen", args=[assessment.pk]))
    submit(client, assessment)
    assert "Pilot" in shown(client, assessment)
    opened = client.get(reverse("verdict-register", args=[assessment.pk]))
    assert opened.context["form"].initial["count"] == 3
    register(client, assessment, owner=op.pk, name="Snack club", count="4")
    assert set(Group.objects.values_list("name", flat=True)) == {
        "Pilot", "Snack club 2", "Snack club 3", "Snack club 4",
    }  # fmt: skip


def test_a_wrong_registration_writes_nothing(client, op, team):
    assessment = decided(client, op, team)
    answer = register(client, assessment, owner="", name="")
    assert answer.status_code == 422
    assert not Group.objects.exists()


def test_a_no_go_registers_nothing(client, op, team):
    assessment = decided(client, op, team, changed(FAULTLESS, need__alternative={"alternative": "yes"}))
    assert register(client, assessment, owner=op.pk).url == reverse("verdict", args=[assessment.pk])
    assert not Group.objects.exists()


def test_a_group_from_the_verdict_is_reached_from_it(client, op, team):
    assessment = decided(client, op, team)
    register(client, assessment, owner=op.pk)
    assert reverse("group-page", args=[Group.objects.get().pk]) in shown(client, assessment)


def test_the_registration_of_partners_carries_the_cap(client, op, team):
    assessment = decided(client, op, team, changed(FAULTLESS, **PARTNERS))
    register(client, assessment, owner=op.pk)
    assert Group.objects.get().plans.get().placements_per_month == 2
