"""Puts orders down to groups by the rules of their team. An order on which rules disagree, or no rule speaks, stays."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from groups import audit
from groups.models import AttributionRule, Group, ShopOrder, User
from groups.order_lines import lock_orders, settle_lines
from groups.rules.order_rows import without_phones

HASH_BYTES = 16
# The columns of an order by the kind of the rule that looks at them.
COLUMNS = {
    "group_key": "group_key",
    "coupon": "coupon",
    "distributor": "distributor",
    "shop_point": "shop_point",
    "phone": "buyer_key",
}
# Rules of one kind and text never overlap, so each of these joins finds one rule at most.
JOINS = "\n".join(
    f"""LEFT JOIN groups_attributionrule r_{kind} ON r_{kind}.team_id = %(team)s AND r_{kind}.kind = '{kind}'
        AND r_{kind}.withdrawn_at IS NULL AND r_{kind}.pattern = o.{column}
        AND o.paid_on >= r_{kind}.valid_from AND o.paid_on <= COALESCE(r_{kind}.valid_until, 'infinity'::date)"""
    for kind, column in COLUMNS.items()
)
GROUPS_FOUND = ", ".join(f"r_{kind}.group_id" for kind in COLUMNS)
RULES_FOUND = ", ".join(f"r_{kind}.id" for kind in COLUMNS)
# GREATEST and LEAST leave out what is null: they are equal if all rules that speak name one group.
AGREED = f"GREATEST({GROUPS_FOUND}) = LEAST({GROUPS_FOUND})"
FOUND_GROUP = f"CASE WHEN {AGREED} THEN GREATEST({GROUPS_FOUND}) END"
FOUND_RULE = f"CASE WHEN {AGREED} THEN COALESCE({RULES_FOUND}) END"
ATTRIBUTE = f"""
    UPDATE groups_shoporder o SET group_id = found.group_id, rule_id = found.rule_id
    FROM (
        SELECT o.id, {FOUND_GROUP} AS group_id, {FOUND_RULE} AS rule_id
        FROM groups_shoporder o {JOINS} WHERE o.team_id = %(team)s AND o.group_id IS NULL AND o.part = 0
    ) found
    WHERE found.id = o.id AND found.group_id IS NOT NULL
"""  # noqa: S608 - names of ours
# A refund goes where its order went, whatever the rules say on its own day.
FOLLOW = """
    UPDATE groups_shoporder o SET group_id = s.group_id, rule_id = s.rule_id FROM groups_shoporder s
    WHERE o.team_id = %(team)s AND o.group_id IS NULL AND o.part > 0 AND s.group_id IS NOT NULL
        AND s.team_id = %(team)s AND s.shop = o.shop AND s.number = o.number AND s.part = 0
"""
DISAGREE = f"""
    SELECT o.id FROM groups_shoporder o {JOINS}
    WHERE o.team_id = %(team)s AND o.group_id IS NULL AND NOT ({AGREED})
"""  # noqa: S608


class RuleOverlaps(ValueError):
    """Another rule of the team speaks for the same text on some of these days."""


class RuleWithdrawn(ValueError):
    """The rule is not in use any more."""


@dataclass(frozen=True)
class Attributed:
    """What a change of rules did."""

    orders: int
    lines: int


def key_of_phone(digits: str) -> str:
    """The keyed hash of a phone number as orders carry it: hex of the same 16 bytes that members are known by."""
    return hmac.digest(settings.MEMBER_KEY.encode(), digits.encode(), "sha256")[:HASH_BYTES].hex()


def add_rule(
    *,
    group: Group,
    kind: str,
    pattern: str,
    valid_from: date,
    valid_until: date | None,
    by: User | None,
    now: datetime,
) -> tuple[AttributionRule, Attributed]:
    """Add a rule, put down to its group what waited for it, and keep the lines of its orders in step.

    A phone number is stored as its hash and shown masked. Raises RuleOverlaps.
    """
    phone = kind == AttributionRule.Kind.PHONE
    try:
        with transaction.atomic():
            lock_orders(group.team_id)
            rule = AttributionRule.objects.create(
                team_id=group.team_id,
                kind=kind,
                pattern=key_of_phone(pattern) if phone else without_phones(pattern),
                shown=without_phones(pattern),
                group=group,
                valid_from=valid_from,
                valid_until=valid_until,
                made_at=now,
                made_by=by,
            )
            done = attribute_waiting(team_id=group.team_id, by=by, now=now)
            audit.record(verb="attribution rule added", thing=group, by=by, now=now, after=_told(rule, done))
    except IntegrityError as refused:
        raise (RuleOverlaps(pattern) if "one rule for a text" in str(refused) else refused) from refused
    return rule, done


@transaction.atomic
def withdraw_rule(*, rule: AttributionRule, by: User | None, now: datetime) -> Attributed:
    """Take a rule back: its orders belong to nobody again, unless another rule speaks for them; lines follow.

    Raises RuleWithdrawn the second time.
    """
    lock_orders(rule.team_id)
    if not AttributionRule.objects.filter(pk=rule.pk, withdrawn_at=None).update(withdrawn_at=now):
        raise RuleWithdrawn(rule.pk)
    ShopOrder.objects.filter(team_id=rule.team_id, rule=rule).update(group=None, rule=None)
    done = attribute_waiting(team_id=rule.team_id, by=by, now=now)
    audit.record(verb="attribution rule withdrawn", thing=rule.group, by=by, now=now, before=_told(rule, done))
    return done


@transaction.atomic
def attribute_waiting(*, team_id: int, by: User | None, now: datetime) -> Attributed:
    """Put down what a rule now speaks for. Running it again changes nothing."""
    lock_orders(team_id)
    with connection.cursor() as cursor:
        cursor.execute(ATTRIBUTE, {"team": team_id})
        orders = cursor.rowcount
        cursor.execute(FOLLOW, {"team": team_id})
        orders += cursor.rowcount
    return Attributed(orders, settle_lines(team_id=team_id, by=by, now=now))


def disagreed_on(team_ids: list[int]) -> set[int]:
    """The ids of orders that wait because rules name different groups."""
    with connection.cursor() as cursor:
        found: set[int] = set()
        for team_id in team_ids:
            cursor.execute(DISAGREE, {"team": team_id})
            found |= {number for (number,) in cursor.fetchall()}
    return found


def _told(rule: AttributionRule, done: Attributed) -> dict[str, Any]:
    return {
        "kind": rule.kind,
        "text": rule.shown,
        "from": rule.valid_from.isoformat(),
        "until": rule.valid_until.isoformat() if rule.valid_until else None,
        "orders": done.orders,
        "lines": done.lines,
    }
