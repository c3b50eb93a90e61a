"""Writes who owns groups and who looks after them beside the owner, and what was done about it on the platform."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from groups import audit
from groups.models import Group, GroupCoOwner, Handover, Membership, User
from groups.rules.handover_limits import WITHIN_DAYS
from groups.staging import insert_like

HOLD = "SELECT is_active FROM groups_user WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"
# The groups of a change of many, and who owned them before: what stands in ChangedGroup where the owner changed.
OWNER_BEFORE = "(c.before->>'owner_id')::bigint"
MOVED = f"""
    groups_changedgroup c JOIN groups_group g ON g.id = c.group_id
    WHERE c.change_id = {{change:d}} AND {OWNER_BEFORE} <> g.owner_id
"""
HELPS_NO_MORE = """
    DELETE FROM groups_groupcoowner h USING (SELECT g.id, {to_owner} AS owner_id FROM {source}) n
    WHERE h.group_id = n.id AND h.user_id = n.owner_id
"""


class NotOfTheTeam(ValueError):
    """The new owner does not work in the team of the group, or not any more. Nothing was written."""


class OwnerInactive(ValueError):
    """The account of the new owner is closed. Nothing was written."""


class OwnerChangedMeanwhile(Exception):
    """Some of the groups have another owner by now. Nothing was written."""


@transaction.atomic
def hand_over(
    *, groups: Collection[int], from_owner: User, to_owner: User, by: User | None, now: datetime, reason: str = ""
) -> list[Handover]:
    """Give groups of one owner to another person of their teams. All of them, or none and OwnerChangedMeanwhile.

    What `to_owner` has already stays as it is. The number of statements does not grow with the groups.
    """
    if from_owner.pk == to_owner.pk or not groups:
        return []
    hold_owner(to_owner.pk)
    rows = list(Group.objects.select_for_update().filter(pk__in=groups).order_by("pk"))
    if len(rows) != len(set(groups)) or any(row.owner_id not in (from_owner.pk, to_owner.pk) for row in rows):
        raise OwnerChangedMeanwhile
    rows = [row for row in rows if row.owner_id == from_owner.pk]
    demand_of_teams(to_owner, {row.team_id for row in rows})
    made = change_owner(rows, from_owner.pk, to_owner.pk, by=by, now=now, reason=reason)
    Group.objects.filter(pk__in=[row.pk for row in rows]).update(owner=to_owner, version=F("version") + 1)
    audit.record_all(
        verb="handed over",
        things=rows,
        by=by,
        now=now,
        before={"owner": str(from_owner)},
        after={"owner": str(to_owner)},
        reason=reason,
    )
    return made


def hold_owner(user_id: int) -> None:
    """Hold the next owner, so that the account is not closed meanwhile; OwnerInactive if it was closed before.

    People are held before groups, here and in community_ops/people/leaving.py, so that nobody waits in a circle.
    """
    if not User.objects.select_for_update().get(pk=user_id).is_active:
        raise OwnerInactive(str(user_id))


def hold_owners(users: Collection[int]) -> bool:
    """Hold many next owners as `hold_owner` does; False if an account among them was closed.

    They can be signed in and work meanwhile: only closing an account, which locks its row, waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [sorted(users)])
        return all(active for (active,) in cursor.fetchall())


def record_change(change: int, *, by: User | None, now: datetime) -> None:
    """Write down the new owners of a change of many groups, once ChangedGroup says who owned them before."""
    _record(MOVED.format(change=change), OWNER_BEFORE, "g.owner_id", by, now)


def record_return(change: int, groups: Collection[int], *, by: User | None, now: datetime) -> None:
    """Write down that groups of such a change go back to who owned them before; they are not written yet."""
    _record(
        f"{MOVED.format(change=change)} AND g.id = ANY(ARRAY{sorted(groups)}::bigint[])",
        "g.owner_id",
        OWNER_BEFORE,
        by,
        now,
    )


def _record(source: str, from_owner: str, to_owner: str, by: User | None, now: datetime) -> None:
    """What `change_owner` writes, by statements over any number of groups, which are `g` in what follows FROM."""
    of = {"team_id": "g.team_id", "group_id": "g.id", "from_owner_id": from_owner, "to_owner_id": to_owner}
    with connection.cursor() as cursor:
        insert_like(cursor, Handover(at=now, by=by), of, f"{source} ORDER BY g.id")
        cursor.execute(HELPS_NO_MORE.format(source=source, to_owner=to_owner))


def change_owner(
    rows: Collection[Group], from_owner: int, to_owner: int, *, by: User | None, now: datetime, reason: str = ""
) -> list[Handover]:
    """Write down that groups change their owner; the caller holds the next one, and sets the column and the audit."""
    GroupCoOwner.objects.filter(group__in=rows, user=to_owner).delete()
    return Handover.objects.bulk_create(
        [
            Handover(
                team_id=row.team_id,
                group_id=row.pk,
                from_owner_id=from_owner,
                to_owner_id=to_owner,
                at=now,
                by=by,
                reason=reason[:200],
            )
            for row in rows
        ]
    )


def demand_of_teams(user: User, teams: Collection[int]) -> None:
    """NotOfTheTeam unless the person works in each of the teams."""
    of = set(Membership.objects.filter(user=user, team__in=teams).values_list("team_id", flat=True))
    if not set(teams) <= of:
        raise NotOfTheTeam(user.username)


@transaction.atomic
def confirm_on_platform(*, handovers: Collection[int], by: User, now: datetime) -> int:
    """Note that a person changed the owner on the platform too. Returns how many were not confirmed before."""
    waiting = Handover.objects.visible_to(by).select_for_update().filter(pk__in=handovers, done_on_platform_at=None)
    rows = list(waiting.order_by("pk").select_related(None))
    Handover.objects.filter(pk__in=[row.pk for row in rows]).update(done_on_platform_at=now, done_on_platform_by=by)
    groups = list(Group.objects.filter(pk__in={row.group_id for row in rows}))
    audit.record_all(verb="owner changed on the platform", things=groups, by=by, now=now)
    return len(rows)


@transaction.atomic
def set_co_owners(*, group: Group, users: Collection[User], by: User, now: datetime) -> bool:
    """Set who looks after the group beside its owner. False if it is so already. NotOfTheTeam for a newcomer."""
    stands = Group.objects.select_for_update().get(pk=group.pk)
    wanted = {user.pk: user for user in users if user.pk != stands.owner_id}
    now_there = {row.user_id: row for row in GroupCoOwner.objects.filter(group=stands).select_related("user")}
    if set(wanted) == set(now_there):
        return False
    for pk in set(wanted) - set(now_there):
        demand_of_teams(wanted[pk], {stands.team_id})
    GroupCoOwner.objects.filter(group=stands, user__in=set(now_there) - set(wanted)).delete()
    GroupCoOwner.objects.bulk_create(
        [GroupCoOwner(group=stands, user_id=pk) for pk in sorted(set(wanted) - set(now_there))]
    )
    Group.objects.filter(pk=stands.pk).update(version=F("version") + 1)  # a form that is open elsewhere learns of it
    audit.record(
        verb="co-owners changed",
        thing=stands,
        by=by,
        now=now,
        before={"co_owners": sorted(str(row.user) for row in now_there.values())},
        after={"co_owners": sorted(str(user) for user in wanted.values())},
    )
    return True


def past_days(groups: Collection[int], today: date, but: Collection[int] = ()) -> Mapping[int, list[date]]:
    """The days of recorded hand-overs by group, as far back as the platform looks: done there, or else recorded."""
    since = timezone.make_aware(datetime.combine(today - timedelta(days=WITHIN_DAYS), datetime.min.time()))
    found: dict[int, list[date]] = {}
    rows = Handover.objects.filter(group__in=groups, at__gte=since).exclude(pk__in=but)
    for group_id, at, done_at in rows.values_list("group_id", "at", "done_on_platform_at"):
        found.setdefault(group_id, []).append(timezone.localdate(done_at or at))
    return found


def given_on(from_owner: User, day: date) -> int:
    """How many groups of a person went to somebody else on the platform on a day, as far as people confirmed it."""
    return Handover.objects.filter(from_owner=from_owner, done_on_platform_at__date=day).count()
