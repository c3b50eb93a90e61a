"""Works some of the demo's cases through the product's own writers, so that every stage of a case can be seen."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from community_ops.demo.company import Company
from groups.models import User
from lifecycle.cases.deciding import Decision, decide, propose, snooze
from lifecycle.cases.moving import Refused
from lifecycle.cases.working import confirm, do_step, prove, soft_close
from lifecycle.models import Case, CaseTask

REASONS = {
    "revive": "还有十几位老成员在看，先花两周激活一次",
    "migrate": "群里只剩少数人活跃，并到新主题群更合适",
    "dissolve": "一个多月没有动静，继续开着只增加成本",
    "farewell": "目标已完成，按计划好好告别",
    "keep": "门店装修停业两周，下周恢复，不是死群",
}
# What steps cost beside the hours, in yuan; people tell it of some of them only.
SPENT = {"red_packet": Decimal("188.80"), "event_invite": Decimal("60"), "script_roles": Decimal("45")}
EVIDENCE = "截图已存团队网盘，三人核对过"


def work_early_cases(*, company: Company, on: date) -> None:
    """A month ago: some revivals and migrations were started, two groups began to close, one signal was false."""
    manager = company.people["mgr"]
    waiting = _open_cases(company)
    for place, case in enumerate(waiting):
        match place % 5:
            case 0:
                case = _decided(case, "revive", "combined", manager, on)
                if case:
                    _do_steps(case, 4, on + timedelta(days=2))
            case 1:
                case = _decided(case, "migrate", "migration", manager, on, moves_to="活跃成员新主题群")
                if case:
                    _do_steps(case, 5, on + timedelta(days=4))
            case 2:
                case = _decided(case, "dissolve", "dissolution", manager, on, knowingly=True)
                if case:
                    _close(case, company, on, to_the_end=True)
            case 3:
                _decided(case, "keep", "", manager, on)
            case _:
                pass


def decide_in_time(*, company: Company, on: date, within: int) -> None:
    """Decide what would be overdue in so many days, or put it aside, and work the migrations that are through."""
    manager = company.people["mgr"]
    teams = [team.pk for team in company.teams.values()]
    for case in _open_cases(company):
        if case.due_on and case.due_on <= on + timedelta(days=within):
            if (
                case.cause == "silence"
                and not Case.objects.filter(team__in=teams, snoozed_until__isnull=False).exists()
            ):
                _snoozed(case, manager, on, days=60, until_worse=False)
                continue
            playbook = "script" if case.pk % 2 else "events"
            moved = case.recommended == "migrate"
            decided = (
                _decided(case, "migrate", "migration", manager, on, moves_to="活跃成员新主题群")
                if moved
                else _decided(case, "revive", playbook, manager, on)
            )
            if decided:
                _do_steps(decided, 3, on + timedelta(days=2))
    for case in Case.objects.filter(team__in=teams, state__in=("running", "evaluating"), remedy="migrate").order_by(
        "pk"
    ):
        due = CaseTask.objects.filter(case=case, plan=case.plans, done_at=None, due_on__lte=on).count()
        _do_steps(case, due, on)


def work_late_cases(*, company: Company, on: date) -> None:
    """These days: most are still to triage, some were planned or snoozed, one waits for its second pair of eyes."""
    manager = company.people["mgr"]
    for place, case in enumerate(_open_cases(company)):
        match place % 6:
            case 0:
                case = _decided(case, "revive", "script", manager, on)
                if case:
                    _do_steps(case, 2, on)
            case 1:
                case = _decided(case, "dissolve", "dissolution", manager, on, knowingly=True)
                if case:
                    _do_steps(case, 1, on)
            case 2:
                _proposed(case, on)
            case 3 if place < 6:
                _snoozed(case, manager, on, days=10, until_worse=True)
            case _:
                pass


def _open_cases(company: Company) -> list[Case]:
    teams = [team.pk for team in company.teams.values()]
    return list(
        Case.objects.filter(team__in=teams, state=Case.State.OPEN, snoozed_until=None)
        .select_related("group", "owner")
        .order_by("pk")
    )


def _decided(
    case: Case, remedy: str, playbook: str, by: User, on: date, moves_to: str = "", knowingly: bool = False
) -> Case | None:
    """The case with the remedy, or with farewell where the group did what it was made for; None where it is refused."""
    if case.cause == "mission_complete":
        remedy, playbook, knowingly = "farewell", "farewell", True
    elif case.cause == "ad_overrun" and remedy == "revive":
        playbook = "cleaning"
    decision = Decision(remedy, REASONS[remedy], playbook, moves_to=moves_to, knowingly=knowingly)
    try:
        return decide(case=case, version=case.version, decision=decision, by=by, now=_noon(on), on=on)
    except Refused:  # the rules know better than the script of the demo
        return None


def _snoozed(case: Case, manager: User, on: date, *, days: int, until_worse: bool) -> None:
    snooze(
        case=case,
        version=case.version,
        until=on + timedelta(days=days),
        until_worse=until_worse,
        reason="等大促结束再看一次数",
        by=manager,
        now=_noon(on),
        on=on,
    )


def _proposed(case: Case, on: date) -> None:
    if case.cause == "mission_complete":
        decision = Decision("farewell", "货发完了，售后也问完了，建议好好告别", "farewell")
    else:
        decision = Decision("revive", "建议先做一次剧本激活，我来主持", "script")
    propose(case=case, version=case.version, decision=decision, by=case.owner or case.group.owner, now=_noon(on), on=on)


def _do_steps(case: Case, most: int, on: date) -> None:
    """Tick the first steps of the plan, as the owner of the case, each on its day, or on `on` where that is sooner."""
    steps = CaseTask.objects.filter(case=case, plan=case.plans, done_at=None).exclude(step="dissolve_on_platform")
    for task in steps.order_by("place")[:most]:
        by = case.owner or case.group.owner
        day = min(task.due_on, on)
        told: dict[str, Any] = {"evidence": EVIDENCE, "count": 12, "spent": SPENT.get(task.step)}
        do_step(case=case, task=task, **told, by=by, now=_noon(day), on=day)


def _close(case: Case, company: Company, on: date, *, to_the_end: bool) -> None:
    """Walk a closing case on: steps, second pair of eyes, soft close, proof."""
    owner = case.group.owner
    _do_steps(case, 5, on + timedelta(days=6))
    case.refresh_from_db()
    try:
        case = confirm(case=case, version=case.version, by=owner, now=_noon(on), on=on)
        day = on + timedelta(days=8)
        case = soft_close(case=case, version=case.version, by=owner, now=_noon(day), on=day)
        if to_the_end:
            _do_steps(case, 2, day)
            case.refresh_from_db()
            day = day + timedelta(days=15)
            prove(
                case=case,
                version=case.version,
                proof="群主已在客户端解散，成员列表为空，截图存档",
                lesson="没有固定栏目的群，三个月就散",
                by=company.people["mgr"],
                now=_noon(day),
                on=day,
            )
    except Refused:
        return


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), tzinfo=timezone.get_default_timezone())
