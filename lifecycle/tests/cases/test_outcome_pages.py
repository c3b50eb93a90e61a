"""What remedies did, as people read it: on the page of a case and over all remedies of a team."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from groups.models import RecurringLine
from groups.tests.making import make_team, make_user
from groups.tests.making_money import make_hours, make_recurring
from lifecycle.cases.savings import dissolutions_for
from lifecycle.cases.working import do_step
from lifecycle.models import Case, CaseTask, Treatment
from lifecycle.tests.cases.making import DAY, NOW, later, make_case, make_dying_group
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


def dissolved(team, ended=DAY - timedelta(days=2), **fields):
    """A case of the team that ended so, decided a fortnight before."""
    case = make_case(make_dying_group(team=team))
    by = make_user(team, role="manager")
    Case.objects.filter(pk=case.pk).update(
        state="dissolved",
        remedy="dissolve",
        ended_on=ended,
        decided_at=NOW - timedelta(days=16),
        decided_by=by,
        **fields,
    )
    return Case.objects.get(pk=case.pk)


def end_of(case, line) -> None:
    RecurringLine.objects.filter(pk=line.pk).update(ended_at=NOW - timedelta(days=2), next_due_on=None)


def test_what_dissolutions_saved_comes_from_lines_that_ended_and_hours_that_were_entered():
    team = make_team()
    case = dissolved(team)
    end_of(case, make_recurring(case.group, amount=Decimal(300)))
    end_of(case, make_recurring(case.group, measure="members", amount=None, unit_price=Decimal(2)))  # never entered
    make_recurring(case.group, amount=Decimal(999))  # goes on
    end_of(case, earning := make_recurring(case.group, kind="revenue", amount=Decimal(0)))
    make_hours(case.group, "8.4", on=DAY - timedelta(days=20))
    make_hours(case.group, "5", on=DAY - timedelta(days=120))  # long before
    (found,) = dissolutions_for(make_user(team), date(2026, 10, 1), DAY + timedelta(days=30))
    saving = found.saving
    assert (saving.costs, saving.unknown_costs, saving.hours) == (Decimal(300), 1, Decimal("3.0"))
    assert saving.labour == Decimal("243.50") and found.so_far == Decimal("571.40") and found.spent is None
    assert saving.revenue == 0
    RecurringLine.objects.filter(pk=earning.pk).update(amount=Decimal("243.50"))
    (found,) = dissolutions_for(make_user(team), date(2026, 10, 1), DAY + timedelta(days=30))
    assert (found.saving.revenue, found.saving.monthly) == (Decimal("243.50"), Decimal(300))


def test_dissolutions_of_others_of_before_and_taken_back_are_left_out():
    team = make_team()
    dissolved(make_team())
    dissolved(team, ended=date(2026, 9, 30))
    dissolved(team, outcome={"undone": True})
    assert dissolutions_for(make_user(team), date(2026, 10, 1), DAY) == []


def test_the_quarter_says_what_is_unknown_and_leads_to_the_rows(read):
    team = make_team()
    case = dissolved(team)
    text = " ".join(read(make_user(team), "case-outcomes").split())
    assert "what they saved is not known" in text and "no hours were entered" in text
    assert reverse("case-page", args=[case.pk]) in text
    end_of(case, make_recurring(case.group, amount=Decimal(300)))
    text = " ".join(read(make_user(team), "case-outcomes").split())
    assert "¥315.40 saved" in text or "¥315 saved" in text


def test_dissolutions_cost_the_same_number_of_statements_however_many(django_assert_num_queries):
    team = make_team()
    for _ in range(3):
        dissolved(team)
    user = make_user(team)
    with django_assert_num_queries(4):
        assert len(dissolutions_for(user, date(2026, 10, 1), DAY)) == 3
