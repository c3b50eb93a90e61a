"""What is known of the people of a migration, whoever knows it: the data of both groups, else the steps of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from lifecycle.cases.migrating import began_of
from lifecycle.cases.movers import progress_of
from lifecycle.cases.playing import playbook_of
from lifecycle.models import Case, CaseTask, Migration


@dataclass(frozen=True)
class People:
    """How many were invited, came, and were active there after 14 days; None = nobody told and no data know."""

    invited: int | None = None
    arrived: int | None = None
    active: int | None = None

    @property
    def stored(self) -> dict[str, int | None]:
        return asdict(self)


def people_of(case: Case, today: date) -> People:
    """What the data saw of the plan at work, else what was told with its steps: about eight statements."""
    migration = Migration.objects.filter(case=case, plan=case.plans).first()
    seen = progress_of(case, migration, migration.began_on if migration else began_of(case), today)
    told = told_by_hand(case, CaseTask.objects.filter(case=case, plan=case.plans))
    return People(
        invited=told.get("invited") if seen.asked is None else seen.asked,
        arrived=told.get("arrived") if seen.came is None else seen.came,
        active=told.get("active") if seen.active is None else seen.active,
    )


def told_by_hand(case: Case, tasks: Iterable[CaseTask]) -> dict[str, int]:
    """What the steps of the plan were told to have counted: invited, arrived, active."""
    asks = {step.key: step.asks for step in playbook_of(case).steps if step.asks}
    return {asks[task.step]: task.count for task in tasks if task.count is not None and task.step in asks}
