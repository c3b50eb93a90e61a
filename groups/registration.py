"""Writes groups and their plans: registers, edits, amends, closes. Nobody else writes these tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from groups import audit, handover, model_rows, upstreams
from groups.models import Group, Plan, Team, User
from groups.models.group import ActivityKind, Lifespan, Monetization
from groups.rules.monetization.inputs import Inputs
from groups.rules.plan_terms import PlanTerms
from groups.rules.search_keys import grams_of, initials_of, sort_key_of
from groups.staging import insert_like

COMES_BACK_WITHIN = timedelta(days=30)
# What a person may change on a group; team, close and goal have writers of their own.
EDITABLE = (
    "name",
    "theme",
    "platform",
    "external_id",
    "owner_id",
    "layer",
    "tags",
    "upstream_id",
    "member_cap",
    "opened_on",
    "notes",
)
# The current plans whose end changes, locked in the order of their groups.
NEW_ENDS = """
    CREATE TEMP TABLE new_ends ON COMMIT DROP AS
    SELECT p.id AS plan_id, t.ends_on, g.name
    FROM unnest(%s::bigint[], %s::date[]) AS t (group_id, ends_on)
    JOIN groups_plan p ON p.group_id = t.group_id AND p.superseded_at IS NULL
    JOIN groups_group g ON g.id = p.group_id
    WHERE p.ends_on IS DISTINCT FROM t.ends_on ORDER BY p.group_id FOR UPDATE OF p
"""


class GroupChangedMeanwhile(Exception):
    """Somebody saved the group after the form was opened. Nothing was written.

    `mine` holds the fields that this save would have set differently, `theirs` what stands there now.
    """

    def __init__(self, mine: dict[str, Any], theirs: dict[str, Any], version: int):
        super().__init__(f"version {version}")
        self.mine, self.theirs, self.version = mine, theirs, version


@transaction.atomic
def register_group(
    *,
    team: Team,
    name: str,
    platform: str,
    owner: User,
    opened_on: date,
    plan: PlanTerms,
    external_id: str = "",
    theme: str = "",
    layer: str = "none",
    tags: Sequence[str] = (),
    upstream: Group | None = None,
    member_cap: int | None = None,
    notes: str = "",
    inputs: Inputs | None = None,
    by: User | None,
    now: datetime,
) -> Group:
    """Register one group with its first plan and the model that it earns by, from the day that it opened.

    `inputs` are those of the plan's kind of model. IntegrityError if the platform id is already registered in the team.
    """
    if inputs and plan.monetization != inputs.KIND:
        raise ValueError(f"inputs of {inputs.KIND} for a plan of {plan.monetization}")
    group = Group.objects.create(
        team=team,
        name=name,
        platform=platform,
        owner=owner,
        opened_on=opened_on,
        external_id=external_id,
        theme=theme,
        layer=layer,
        tags=list(tags),
        upstream=upstream,
        member_cap=member_cap,
        notes=notes,
        created_at=now,
        created_by=by,
        **search_keys_of(name, theme),
    )
    plan_row(group, plan, by=by, now=now).save(force_insert=True)
    model_rows.begin({group.pk: (group.team_id, opened_on)}, plan.monetization, inputs, by=by, now=now)
    audit.record(verb="registered", thing=group, by=by, now=now, after=told(_facts_of(group) | asdict(plan)))
    return group


@transaction.atomic
def edit_group(*, group: Group, version: int, values: Mapping[str, Any], by: User, now: datetime) -> Group:
    """Set `values` (keys of EDITABLE) on the group that was read at `version`; returns the group as it stands.

    Raises GroupChangedMeanwhile, with both values, when another save came first; handover.OwnerInactive when the new
    owner's account was closed; upstreams.FeedsItself when its members would come from itself. Saving what already
    stands there writes nothing.
    """
    if unknown := set(values) - set(EDITABLE):
        raise ValueError(f"not editable: {sorted(unknown)}")
    if values.get("owner_id", group.owner_id) != group.owner_id:
        handover.hold_owner(values["owner_id"])
    upstream = values.get("upstream_id")
    if upstream is not None and upstream != group.upstream_id:
        upstreams.hold()
    stands = Group.objects.select_for_update().get(pk=group.pk)
    before = {key: getattr(stands, key) for key in values}
    mine = {key: value for key, value in values.items() if before[key] != value}
    if stands.version != version:
        raise GroupChangedMeanwhile(mine, {key: before[key] for key in mine}, stands.version)
    if not mine:
        return stands
    if mine.get("upstream_id") and upstreams.circling({stands.pk: mine["upstream_id"]}):
        raise upstreams.FeedsItself(stands.name)
    for key, value in mine.items():
        setattr(stands, key, value)
    for key, value in search_keys_of(stands.name, stands.theme).items():
        setattr(stands, key, value)
    stands.version = version + 1
    if "owner_id" in mine:
        handover.change_owner([stands], before["owner_id"], mine["owner_id"], by=by, now=now)
    stands.save()
    audit.record(
        verb="edited",
        thing=stands,
        by=by,
        now=now,
        before=told({key: before[key] for key in mine}),
        after=told(mine),
    )
    return stands


@transaction.atomic
def amend_plan(*, group: Group, terms: PlanTerms, by: User | None, now: datetime, reason: str = "") -> Plan:
    """Put a new plan in the place of the current one, which stays on record. The same terms again change nothing.

    The main revenue model follows the plan: of another kind it begins today, with inputs to be filled in.
    """
    Group.objects.select_for_update().get(pk=group.pk)
    current = Plan.objects.filter(group=group, superseded_at=None).first()
    before = terms_of(current) if current else None
    if current and before == terms:
        return current
    if current:
        Plan.objects.filter(pk=current.pk).update(superseded_at=now)
    plan = plan_row(group, terms, by=by, now=now)
    plan.save(force_insert=True)
    model_rows.follow_plan(group=group, kind=terms.monetization, by=by, now=now)
    after = asdict(terms)
    was = asdict(before) if before else {}
    changed = [key for key in after if was.get(key, ...) != after[key]]
    audit.record(
        verb="plan amended",
        thing=group,
        by=by,
        now=now,
        before=told({key: was[key] for key in changed if key in was}),
        after=told({key: after[key] for key in changed}),
        reason=reason,
    )
    return plan


@transaction.atomic
def close_group(*, group: Group, on: date, by: User | None, now: datetime, reason: str = "") -> bool:
    """End the group on a day, keeping everything that is known of it. False if it was closed before."""
    if not Group.objects.filter(pk=group.pk, closed_on=None).update(closed_on=on, version=F("version") + 1):
        return False
    audit.record(verb="closed", thing=group, by=by, now=now, after=told({"closed_on": on}), reason=reason)
    return True


@transaction.atomic
def reopen_group(*, group: Group, by: User, now: datetime, reason: str = "") -> bool:
    """Take the end of a group back. False if it is not closed, or was closed more than 30 days ago."""
    stands = Group.objects.select_for_update(no_key=True).get(pk=group.pk)
    if not may_reopen(stands, timezone.localdate(now)):
        return False
    Group.objects.filter(pk=group.pk).update(closed_on=None, version=F("version") + 1)
    closed = told({"closed_on": stands.closed_on})
    audit.record(verb="reopened", thing=stands, by=by, now=now, before=closed, reason=reason)
    return True


@transaction.atomic
def archive_group(*, group: Group, by: User, now: datetime, reason: str = "") -> bool:
    """Take a group out of every list; its history stays, its id on the platform is free. False if it was archived."""
    if not Group.objects.filter(pk=group.pk, archived_at=None).update(archived_at=now, version=F("version") + 1):
        return False
    audit.record(verb="archived", thing=group, by=by, now=now, reason=reason)
    return True


@transaction.atomic
def restore_group(*, group: Group, by: User, now: datetime, reason: str = "") -> bool:
    """Bring an archived group back. False if it is not archived, or has been for more than 30 days.

    IntegrityError if its id on the platform was registered anew meanwhile.
    """
    stands = Group.objects.select_for_update(no_key=True).get(pk=group.pk)
    if not may_restore(stands, now):
        return False
    Group.objects.filter(pk=group.pk).update(archived_at=None, version=F("version") + 1)
    audit.record(verb="restored", thing=stands, by=by, now=now, reason=reason)
    return True


def may_reopen(group: Group, today: date) -> bool:
    """Whether the end of this group can still be taken back."""
    return group.closed_on is not None and not group.archived_at and today - group.closed_on <= COMES_BACK_WITHIN


def may_restore(group: Group, now: datetime) -> bool:
    """Whether this archived group can still come back."""
    return group.archived_at is not None and now - group.archived_at <= COMES_BACK_WITHIN


@transaction.atomic
def mark_goal_met(*, group: Group, on: date, by: User | None, now: datetime, reason: str = "") -> bool:
    """Record the day on which the group did what it was made for. False if that was recorded before."""
    if not Group.objects.filter(pk=group.pk, goal_met_on=None).update(goal_met_on=on, version=F("version") + 1):
        return False
    audit.record(verb="goal met", thing=group, by=by, now=now, after=told({"goal_met_on": on}), reason=reason)
    return True


@transaction.atomic
def withdraw_goal_met(*, group: Group, by: User, now: datetime, reason: str = "") -> bool:
    """Take the word that the goal was met back. False if nobody had given it."""
    stands = Group.objects.select_for_update(no_key=True).get(pk=group.pk)
    if stands.goal_met_on is None:
        return False
    Group.objects.filter(pk=group.pk).update(goal_met_on=None, version=F("version") + 1)
    was = told({"goal_met_on": stands.goal_met_on})
    audit.record(verb="goal met taken back", thing=stands, by=by, now=now, before=was, reason=reason)
    return True


@transaction.atomic
def amend_ends(*, ends: Mapping[int, date | None], by: User | None, now: datetime, reason: str = "") -> None:
    """Give the plans of many groups another end, by group id; all else of the terms stays. Five statements for any
    number, and the record in the same."""
    if not ends:
        return
    rows = "new_ends e JOIN groups_plan p ON p.id = e.plan_id"
    same = {field.column: f"p.{field.column}" for field in Plan._meta.concrete_fields if not field.primary_key}
    del same["superseded_at"], same["made_at"], same["made_by_id"]
    entry = audit.entry_of_many(verb="plan amended", object_type="group", by=by, now=now, reason=reason)
    facts = {
        "team_id": "p.team_id",
        "object_id": "p.group_id",
        "object_name": "e.name",
        "before": "jsonb_build_object('ends_on', p.ends_on)",
        "after": "jsonb_build_object('ends_on', e.ends_on)",
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS new_ends")
        cursor.execute(NEW_ENDS, [list(ends), list(ends.values())])
        cursor.execute("UPDATE groups_plan p SET superseded_at = %s FROM new_ends e WHERE p.id = e.plan_id", [now])
        insert_like(cursor, Plan(made_at=now, made_by=by), same | {"ends_on": "e.ends_on"}, rows)
        insert_like(cursor, entry, facts, rows)


@transaction.atomic
def ensure_groups(
    *,
    team: Team,
    platform: str,
    keys_with_names: Mapping[str, tuple[str, date]],
    owner: User,
    by: User | None,
    now: datetime,
    terms: PlanTerms | None = None,
) -> dict[str, int]:
    """The ids of groups by their key on the platform; those that are missing are registered in bulk.

    `keys_with_names` maps each non-empty platform id to (name, day that the group opened on). Groups that exist keep
    their name, owner and plan. New ones get `terms` (without them: not commercial, conversation-active, lasting)
    starting on the day that they opened. The number of statements does not grow with the number of groups.
    """
    found = _ids_by_key(team, platform, keys_with_names)
    missing = {key: named for key, named in keys_with_names.items() if key not in found}
    if not missing:
        return found
    Group.objects.bulk_create(
        [
            Group(
                team=team,
                platform=platform,
                external_id=key,
                name=name[:120],
                owner=owner,
                opened_on=opened_on,
                created_at=now,
                created_by=by,
                **search_keys_of(name[:120], ""),
            )
            for key, (name, opened_on) in missing.items()
        ],
        batch_size=2000,
        ignore_conflicts=True,  # another import made it a moment ago: the constraint decides, not a look before
    )
    made = _ids_by_key(team, platform, missing)
    terms = terms or PlanTerms(
        monetization=Monetization.NONE,
        activity_kind=ActivityKind.CONVERSATION,
        lifespan=Lifespan.LASTING,
        starts_on=timezone.localdate(now),
    )
    Plan.objects.bulk_create(
        [
            plan_row(Group(pk=made[key], team_id=team.pk), replace(terms, starts_on=opened_on), by=by, now=now)
            for key, (_, opened_on) in missing.items()
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )
    opened = {made[key]: (team.pk, opened_on) for key, (_, opened_on) in missing.items()}
    model_rows.begin(opened, terms.monetization, None, by=by, now=now)
    audit.record(
        verb="groups registered by import",
        thing=team,
        by=by,
        now=now,
        after={"platform": platform, "groups": len(made), "first_ids": sorted(made.values())[:20]},
    )
    return found | made


def search_keys_of(name: str, theme: str) -> dict[str, Any]:
    """The columns that a group is searched and sorted by."""
    return {
        "grams": grams_of(f"{name} {theme}"),
        "sort_key": sort_key_of(name),
        "initials": initials_of(name),
    }


def terms_of(plan: Plan) -> PlanTerms:
    """The terms that a plan row stores."""
    return PlanTerms(**{field.name: getattr(plan, field.name) for field in fields(PlanTerms)})


def plan_row(group: Group, terms: PlanTerms, *, by: User | None, now: datetime) -> Plan:
    """A plan that is not saved yet."""
    return Plan(group_id=group.pk, team_id=group.team_id, made_at=now, made_by=by, **asdict(terms))


def _ids_by_key(team: Team, platform: str, keys: Mapping[str, Any]) -> dict[str, int]:
    registered = Group.objects.filter(team=team, platform=platform, archived_at=None, external_id__in=list(keys))
    return dict(registered.values_list("external_id", "pk"))


def _facts_of(group: Group) -> dict[str, Any]:
    return {key: getattr(group, key) for key in EDITABLE}


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the audit keeps them: dates and money as text, everything else as it is."""
    return {key: str(value) if isinstance(value, date | time | Decimal) else value for key, value in values.items()}
