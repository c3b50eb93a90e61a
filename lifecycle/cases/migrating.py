"""What people do in a migration: choose where to, keep the code that lets people in, note who was asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from groups import audit
from groups.models import Group, User
from groups.rules.member_hashes import member_hash, scope_of
from groups.sealing import seal
from lifecycle.cases.code_picture import drawn_anew
from lifecycle.cases.moving import CaseMovedOn, Refused, demand_right, note_event, on_record
from lifecycle.cases.targets import open_to
from lifecycle.models import AskedMember, Case, MemberNumber, Migration
from lifecycle.rules.case_flow import Action, State, after

LONGEST_CODE = timedelta(days=30)  # one of WeCom lasts 7 days
MOST_IDS = 5000


def choose_target(*, case: Case, version: int, target: Group | None, theme: str, by: User, now: datetime) -> Migration:
    """Ask the people into a group of ours, or to a new theme. A code of another target goes.

    Raises Refused for neither, or a group that the person does not see, that is closed or is being closed.
    """
    if target is None and not theme.strip():
        raise Refused("no_new_theme")
    if target is not None and not open_to(by, case).filter(pk=target.pk).exists():
        raise Refused("target_unfit")
    with on_record(case=case, action=Action.WORK, by=by, now=now):
        migration = _at_work(case)
        name = target.name if target else theme.strip()
        changed = Case.objects.filter(pk=case.pk, version=version).update(moves_to=name[:120], version=F("version") + 1)
        if not changed:
            raise CaseMovedOn(case.state)
        before = migration.target_id
        if before != (target and target.pk):
            Migration.objects.filter(pk=migration.pk).update(target=target, sealed_code=None, code_until=None)
        told = {"target": name, "group": target.pk if target else None}
        note_event(case=case, kind="target", by=by, now=now, told=told)
        audit.record(verb="case target chosen", thing=case, by=by, now=now, before={"group": before}, after=told)
        return Migration.objects.get(pk=migration.pk)


def keep_code(*, case: Case, name: str, content: bytes, until: date, by: User, now: datetime) -> Migration:
    """Keep the picture of the code of the target, drawn anew and encrypted, in the place of an earlier one.

    Raises FileNotTaken for what is no picture, Refused for a last day that has passed or lies too far away.
    """
    today = timezone.localdate(now)
    if not today <= until <= today + LONGEST_CODE:
        raise Refused("code_day_unfit", first=today, last=today + LONGEST_CODE)
    demand_right(case, Action.WORK, by)
    sealed = seal(drawn_anew(name, content))  # takes a while: before the transaction
    with on_record(case=case, action=Action.WORK, by=by, now=now):
        migration = _at_work(case)
        Migration.objects.filter(pk=migration.pk).update(sealed_code=sealed, code_until=until)
        told = {"until": until.isoformat()}
        note_event(case=case, kind="code", by=by, now=now, told=told)
        audit.record(verb="case code kept", thing=case, by=by, now=now, after=told | {"group": migration.target_id})
        return Migration.objects.get(pk=migration.pk)


def note_asked(*, case: Case, numbers: Collection[int], lively: Collection[int], by: User, now: datetime) -> int:
    """Note which of the lively members were asked: those who are not among them any more lose the note. How many stand.

    Once each, whoever sends it and how often; numbers of nobody are left out.
    """
    with on_record(case=case, action=Action.WORK, by=by, now=now):
        migration = _at_work(case)
        wanted = set(numbers) & set(lively)
        stood = set(migration.asked.values_list("number", flat=True))
        migration.asked.filter(number__in=(stood & set(lively)) - wanted).delete()
        fresh = sorted(wanted - stood)
        AskedMember.objects.bulk_create(
            (
                AskedMember(migration=migration, number=each, asked_on=timezone.localdate(now), asked_by=by)
                for each in fresh
            ),
            ignore_conflicts=True,
        )
        stand = migration.asked.count()
        if stand != len(stood) or fresh:
            note_event(case=case, kind="asked", by=by, now=now, told={"asked": stand})
            audit.record(
                verb="case members asked",
                thing=case,
                by=by,
                now=now,
                before={"asked": len(stood)},
                after={"asked": stand},
            )
        return stand


@transaction.atomic
def numbers_of_ids(*, case: Case, ids: Sequence[str], by: User, now: datetime) -> dict[int, int]:
    """Which of these ids of the platform stand for which member of the group: place of the id -> number.

    Nothing of an id is kept: it is hashed in memory, compared, and gone with the answer. That somebody looked, and how
    many ids matched, is on record. Raises Refused for too many.
    """
    demand_right(case, Action.WORK, by)
    if len(ids) > MOST_IDS:
        raise Refused("too_many_ids", most=MOST_IDS)
    group, key = case.group, settings.MEMBER_KEY.encode()
    scopes = ("", scope_of(group.platform, group.external_id), scope_of(group.platform, group.name))
    places: dict[bytes, int] = {}
    for place, each in enumerate(ids):
        if name := each.strip():
            for scope in scopes:
                places.setdefault(member_hash(key, scope, name), place)
    known = MemberNumber.objects.filter(group_id=group.pk, hash__in=list(places))
    found = {places[bytes(digest)]: number for digest, number in known.values_list("hash", "number")}
    told = {"ids": len(ids), "matched": len(found)}
    audit.record(verb="case members looked up", thing=case, by=by, now=now, after=told)
    return found


def _at_work(case: Case) -> Migration:
    """The migration of the plan at work, locked; CaseMovedOn where the case does not migrate any more."""
    stands = Case.objects.select_for_update().get(pk=case.pk)
    works = stands.remedy == "migrate" and after(State(stands.state), Action.WORK, stands.remedy)
    if not works or stands.plans != case.plans:
        raise CaseMovedOn(stands.state)
    began = began_of(stands)
    migration, _made = Migration.objects.get_or_create(
        case=stands, plan=stands.plans, defaults={"team_id": stands.team_id, "began_on": began}
    )
    return migration


def began_of(case: Case) -> date:
    """The day of the decision."""
    return timezone.localdate(case.decided_at) if case.decided_at else case.state_since
