"""Everything that is kept of one person, as plain values for JSON: what the law lets them ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from community_ops.people.identifiers import Person, person_of
from groups import audit
from groups.models import AuditEntry, User
from lifecycle.models import WecomOwner

# Fields that let somebody in, or hold what is sealed: they say nothing of the person.
LEFT_OUT = {"password", "session_key", "digest", "link_digest", "token", "form_token", "key", "last_t", "drift"}
# What is the person's own, in full; everything else that names them is counted by table.
OWN = {
    "membership", "weeklycapacity", "personsession", "identity", "hourlyrate", "workedhours", "noticechoice",
    "quiethours", "reportday", "groupcoowner", "savedview",
}  # fmt: skip
OF_MEMBERS = """
    SELECT g.name, g.platform, m.group_id, m.number
    FROM lifecycle_membernumber m JOIN groups_group g ON g.id = m.group_id
    WHERE m.hash = ANY(%s) ORDER BY m.group_id
"""
DAYS = """
    SELECT day, acts[array_position(members, %(number)s)] FROM lifecycle_acting
    WHERE group_id = %(group)s AND members @> ARRAY[%(number)s]::integer[] ORDER BY day
"""
EVENTS = "SELECT kind, at FROM lifecycle_memberevent WHERE group_id = %(group)s AND number = %(number)s ORDER BY at"
ASKED = """
    SELECT a.asked_on FROM lifecycle_askedmember a JOIN lifecycle_migration m ON m.id = a.migration_id
    JOIN lifecycle_case c ON c.id = m.case_id WHERE c.group_id = %(group)s AND a.number = %(number)s ORDER BY 1
"""
OTHERS = {
    "moves_between_groups": """
        SELECT s.name AS from_group, t.name AS to_group, l."on" AS day, m.stands FROM groups_movedmember m
        JOIN groups_layermove l ON l.id = m.move_id JOIN groups_group s ON s.id = m.source_id
        JOIN groups_group t ON t.id = m.target_id WHERE m.hash = ANY(%s) ORDER BY l."on"
    """,
    "stays_in_wecom_groups": """
        SELECT c.name AS group_name, s.joined_at, s.left_at, s.is_staff, s.scene FROM lifecycle_wecomstay s
        JOIN lifecycle_wecomgroup c ON c.id = s.chat_id WHERE s.hash = ANY(%s) ORDER BY s.joined_at
    """,
    "callbacks_of_wecom": """
        SELECT change, detail, happened_at FROM lifecycle_wecomcallback WHERE hashes && %s::bytea[] ORDER BY happened_at
    """,
    "orders": """
        SELECT shop, number, part, paid_on, amount FROM groups_shoporder
        WHERE buyer_key = ANY(SELECT encode(each, 'hex') FROM unnest(%s::bytea[]) each) ORDER BY paid_on, id
    """,
}


@transaction.atomic
def taken_out(identifier: str, *, by: User | None, now: datetime) -> dict[str, Any]:
    """Everything kept of whoever is called this, on record; see `told_of`."""
    person = person_of(identifier)
    found = told_of(person)
    if person.account:
        thing: models.Model = person.account
    else:
        thing = by or User()
    audit.record(verb="person exported", thing=thing, by=by, now=now, after=person.rows)
    return found


def told_of(person: Person) -> dict[str, Any]:
    """By kind; empty kinds are left out, so that an unknown person has an empty answer."""
    digests = list(person.digests)
    found: dict[str, Any] = {"member_of_groups": [_membership(*row) for row in _rows(OF_MEMBERS, [digests])]}
    found |= {kind: _named(sql, [digests]) for kind, sql in OTHERS.items()}
    if person.owner:
        found["owner_of_wecom_groups"] = _owner(person.owner)
    if person.account:
        found["account"] = _account(person.account)
    return {kind: told for kind, told in found.items() if told}


def _membership(name: str, platform: str, group_id: int, number: int) -> dict[str, Any]:
    asked = {"group": group_id, "number": number}
    return {
        "group": name,
        "platform": platform,
        "days": [{"day": day, "acts": acts} for day, acts in _rows(DAYS, asked)],
        "events": [{"kind": "join" if kind == 1 else "leave", "at": at} for kind, at in _rows(EVENTS, asked)],
        "asked_to_move_on": [day for (day,) in _rows(ASKED, asked)],
    }


def _owner(owner: WecomOwner) -> dict[str, Any]:
    groups = owner.groups.order_by("pk").values("name", "owner_since", "dismissed_at")
    return {"userid": owner.userid, "first_seen_at": owner.first_seen_at, "groups": list(groups)}


def _account(user: User) -> dict[str, Any]:
    told = {"person": _values(user)}
    counted: dict[str, int] = {}
    for relation in User._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        if not isinstance(relation, models.ManyToOneRel):
            continue
        rows = model._default_manager.filter(**{name: user})
        if model._meta.model_name in OWN and not name.endswith("_by"):
            if own := [_values(row) for row in rows.order_by("pk")]:
                told[str(model._meta.model_name)] = own
        elif count := rows.count():
            counted[f"{model._meta.model_name}.{name}"] = count
    deeds = AuditEntry.objects.filter(actor_id=user.pk).order_by("pk")
    told["named_in"] = counted
    told["deeds"] = list(deeds.values("at", "verb", "object_type", "object_name"))
    return told


def _values(row: models.Model) -> dict[str, Any]:
    return {
        field.name: getattr(row, field.attname) if field.is_relation else field.value_to_string(row)
        for field in row._meta.concrete_fields
        if field.name not in LEFT_OUT and not isinstance(field, models.BinaryField)
    }


def _rows(sql: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _named(sql: str, values: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [each[0] for each in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
