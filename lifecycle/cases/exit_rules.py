"""Reads from the plan of a group what holds when it goes quiet: how long a case waits, and who agrees to the end."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from groups.access import team_roles
from groups.models import Plan, User
from lifecycle.models import Case
from lifecycle.rules.case_flow import ExitRule

FIELDS = ("revive_for_days", "dissolve_after_days")


def with_exit_rules(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The same cases, each with what `exit_rule_of` wants to know: no statement more for any number of them."""
    plan = Plan.objects.filter(group=OuterRef("group"), superseded_at=None)
    return cases.annotate(**{f"plan_{name}": Subquery(plan.values(name)[:1]) for name in FIELDS})


def exit_rule_of(case: Case) -> ExitRule:
    """The rule of the current plan of the group; one statement where the case came without it."""
    if hasattr(case, f"plan_{FIELDS[0]}"):
        return ExitRule(**{name: getattr(case, f"plan_{name}") for name in FIELDS})
    plan = Plan.objects.filter(group=case.group_id, superseded_at=None).values(*FIELDS).first()
    return ExitRule(**(plan or {}))


def approver_of(case: Case) -> User | None:
    """Whom the plan names to agree to the end, as long as they work in the team and have not decided it themselves."""
    plan = Plan.objects.filter(group=case.group_id, superseded_at=None).select_related("dissolution_approver").first()
    named = plan and plan.dissolution_approver
    if named is None or named.pk == case.decided_by_id or case.team_id not in team_roles(named):
        return None
    return named
