"""What has to be done once before the product can work: the checklist on the home page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.models import Verdict
from groups.models import CostCategory, Group, Team, User
from lifecycle.models import Import, NightRun


@dataclass(frozen=True)
class Step:
    text: str | Promise
    done: bool
    address: str


def checklist(user: User) -> list[Step]:
    """The steps of this person in order, with which are done; one query. Sample data count for their people only."""
    own = {} if user.is_demo else {"team__is_demo": False}
    asked = {
        "groups": Exists(Group.objects.visible_to(user).filter(**own)),
        "assessments": Exists(Verdict.objects.visible_to(user).filter(**own)),
        "imports": Exists(Import.objects.visible_to(user).filter(state=Import.State.DONE, **own)),
    }
    if user.is_administrator:
        asked |= {
            "teams": Exists(Team.objects.filter(is_demo=user.is_demo)),
            "costs": Exists(CostCategory.objects.filter(archived_at=None, is_demo=user.is_demo)),
            "nights": Exists(NightRun.objects.exclude(done_at=None)),
        }
    done = User.objects.filter(pk=user.pk).annotate(**{f"has_{name}": rows for name, rows in asked.items()})
    found = done.values(*[f"has_{name}" for name in asked])[0]
    steps = []
    if user.is_administrator:
        steps += [
            Step(_("Make the teams and invite their people"), found["has_teams"], reverse("team-list")),
            Step(_("Set the cost categories and their prices"), found["has_costs"], reverse("cost-categories")),
        ]
    steps += [
        Step(_("Think a group through: one assessment"), found["has_assessments"], reverse("assessment-new")),
        Step(_("Register the first group"), found["has_groups"], reverse("group-new")),
        Step(_("Import activity once"), found["has_imports"], reverse("import-new")),
    ]
    if user.is_administrator:
        steps += [Step(_("Let the first night judge the groups"), found["has_nights"], reverse("night-log"))]
    return steps
