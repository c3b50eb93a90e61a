"""Many cases handed over at once: as if one by one, in the scope of the person, and nothing over somebody's change."""

import pytest
from django.urls import reverse

from groups.models import AuditEntry
from groups.tests.making import make_team, make_user
from lifecycle.cases.assigning import Handed, assign_many
from lifecycle.cases.taking_back import last_undoable
from lifecycle.models import Case, CaseEvent
from lifecycle.tests.cases.making import NOW, make_case, make_dying_group

pytestmark = pytest.mark.django_db


def cases_of(team, n=2):
    return [make_case(make_dying_group(team=team)) for _ in range(n)]


def test_each_gets_its_owner_event_and_audit_row():
    team = make_team()
    by, owner = make_user(team, role="manager"), make_user(team)
    cases = cases_of(team)
    seen = {case.pk: case.version for case in cases}
    assert assign_many(seen=seen, owner=owner, by=by, now=NOW) == Handed(changed=2)
    assert set(Case.objects.values_list("owner", flat=True)) == {owner.pk}
    assert CaseEvent.objects.filter(kind="assign").count() == AuditEntry.objects.filter(verb="case assign").count() == 2
    assert last_undoable(cases[0], by, NOW)
    assert assign_many(seen=seen, owner=make_user(team), by=by, now=NOW) == Handed(moved_on=2)  # seen before that
    seen = {case.pk: case.version + 1 for case in cases}
    assert assign_many(seen=seen, owner=owner, by=by, now=NOW) == Handed(same=2)


def test_cases_of_others_and_owners_of_others_are_left_out():
    team, other = make_team(), make_team()
    by = make_user(team, role="manager")
    mine, foreign = cases_of(team, 1) + cases_of(other, 1)
    seen = {mine.pk: mine.version, foreign.pk: foreign.version}
    assert assign_many(seen=seen, owner=make_user(other), by=by, now=NOW) == Handed(not_of_the_team=1)
    assert assign_many(seen=seen, owner=make_user(team), by=by, now=NOW) == Handed(changed=1)
    assert Case.objects.get(pk=foreign.pk).owner == foreign.owner


def test_it_costs_the_same_number_of_statements_however_many(django_assert_num_queries):
    team = make_team()
    by, owner = make_user(team, role="manager"), make_user(team)
    seen = {case.pk: case.version for case in cases_of(team, 6)}
    with django_assert_num_queries(8):
        assert assign_many(seen=seen, owner=owner, by=by, now=NOW).changed == 6


def test_the_door_reads_what_was_ticked(client):
    team = make_team()
    by, owner = make_user(team, role="manager", language="en"), make_user(team)
    (case,) = cases_of(team, 1)
    client.force_login(by)
    address = reverse("case-assign-many")
    for picks in ([], ["x"], ["1-"], ["-1"]):
        page = client.post(address, {"pick": picks, "owner": owner.pk, "column": "triage"}, follow=True)
        assert "Tick at least one case" in page.content.decode()
    page = client.post(address, {"pick": [f"{case.pk}-{case.version}"], "owner": owner.pk, "column": "triage"})
    assert page["Location"].endswith("?column=triage") and Case.objects.get().owner == owner
    client.force_login(owner)
    assert client.post(address, {"pick": ["1-1"]}).status_code == 403
