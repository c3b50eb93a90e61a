"""What remedies did, as people read it: on the page of a case and over all remedies of a team."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from groups.tests.making import make_team, make_user
from lifecycle.cases.working import do_step
from lifecycle.models import CaseTask, Treatment
from lifecycle.tests.cases.making import DAY, NOW, later
from lifecycle.tests.cases.test_measuring import measured, neighbours, talk, treated

pytestmark = pytest.mark.django_db
BACKEND = "community_ops.colleagues.ColleagueBackend"


@pytest.fixture
def read(client):
    def page(user, name, *args):
        user.language = "en"
        user.save()
        with time_machine.travel(NOW + timedelta(days=30), tick=False):
            client.force_login(user, backend=BACKEND)
            return client.get(reverse(name, args=args)).content.decode()

    return page


def rescued(team, after=30, **fields) -> Treatment:
    one = treated(team=team, plan_planned_net=Decimal(2800), plan_goal_28=280)
    talk(one.group, 10, after)
    Treatment.objects.filter(pk=one.pk).update(**fields)
    return measured(one)


def test_the_page_of_a_case_says_what_its_rescue_did(read):
    team = make_team()
    neighbours(team)
    one = rescued(team)
    task = CaseTask.objects.get(case=one.case, step="pulse")
    do_step(case=one.case, task=task, evidence="x", count=5, spent=Decimal(80), by=one.case.decided_by, **later(1))
    text = read(make_user(team), "case-page", one.case_id)
    assert "It helped: 840 acts instead of the 280 that 4 similar groups would lead to expect" in text
    assert re.search(r"5,522\b", text) and "5,602" in text  # with and without the cost


def test_a_rescue_that_goes_on_says_when_it_will_be_measured(read):
    one = treated()
    text = read(make_user(one.team), "case-page", one.case_id)
    assert f"Measured from {DAY + timedelta(days=28)} on" in text


def test_remedies_are_told_with_their_number_and_interval(read):
    team = make_team()
    neighbours(team)
    for ended in ("recovered", "recovered", "failed"):
        rescued(team, ended=ended)
    treated(team=team)
    rescued(make_team())  # another team's
    text = " ".join(read(make_user(team, role="manager"), "case-outcomes").split())
    assert 'data-label="Begun">4<' in text and "2/3 <small" in text and "3 measured" in text
    assert '<dt>Tried</dt><dd><span class="num">4</span></dd>' in text and "1 still goes on" in text
    assert "measured for 3 of them" in text


def test_few_measured_groups_have_no_effect(read):
    team = make_team()
    neighbours(team)
    rescued(team)
    text = " ".join(read(make_user(team), "case-outcomes").split())
    assert '-- <small class="text-muted">1 measured' in text


def test_the_page_is_read_in_a_fixed_number_of_statements(client, django_assert_max_num_queries):
    team = make_team()
    for _ in range(4):
        treated(team=team)
    client.force_login(make_user(team), backend=BACKEND)
    with django_assert_max_num_queries(12):
        client.get(reverse("case-outcomes"))
