"""The policies that were adopted: kept as rows that nothing changes, given to the judge as rules.rulings.Rulings.

Version 0 is in the code (rules.policy) and has no row. A version is adopted for days that no night has been opened for
yet, so what was judged stays as it was, and judging it anew gives the same again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from django.db import connection

from lifecycle.rules.policy import DEFAULT_POLICY, Policy
from lifecycle.rules.rulings import AS_DELIVERED, Ruling, Rulings, policy_number, rulings_of

ADOPTED = "SELECT number, from_day, thresholds FROM lifecycle_policyversion ORDER BY number"


def rulings(cursor: Any = None) -> Rulings:
    """All that were adopted; one query."""
    if cursor is None:
        with connection.cursor() as own:
            return rulings(own)
    cursor.execute(ADOPTED)
    return rulings_of([(number, day.toordinal(), policy_from(_read(kept))) for number, day, kept in cursor.fetchall()])


def ruling_behind(rule_version: int) -> Ruling:
    """What a stored rule version stands for; a query only where a policy was adopted."""
    return rulings().of(rule_version) if policy_number(rule_version) else AS_DELIVERED


def policy_from(kept: Mapping[str, Any]) -> Policy:
    """A policy from its JSON; a threshold that was not kept yet is as delivered."""
    known = {each.name: getattr(DEFAULT_POLICY, each.name) for each in fields(Policy)}
    return Policy(**{name: _like(was, kept.get(name, was)) for name, was in known.items()})


def kept_from(policy: Policy) -> dict[str, Any]:
    """A policy as JSON, whole."""
    return asdict(policy)


def changed_thresholds(old: Policy, new: Policy) -> list[tuple[str, Any, Any]]:
    """(name, old, new) of each threshold that differs; weights one by one as `weights.0` and so on."""
    found = []
    for each in fields(Policy):
        before, after = getattr(old, each.name), getattr(new, each.name)
        if isinstance(before, tuple):
            pairs = [(f"{each.name}.{n}", *both) for n, both in enumerate(zip(before, after, strict=True))]
        else:
            pairs = [(each.name, before, after)]
        found += [pair for pair in pairs if pair[1] != pair[2]]
    return found


def with_changes(policy: Policy, changes: Mapping[str, Any]) -> Policy:
    """Other thresholds by the names of changed_thresholds."""
    whole = {name: value for name, value in changes.items() if "." not in name}
    for name in {key.partition(".")[0] for key in changes if "." in key}:
        before = getattr(policy, name)
        whole[name] = tuple(changes.get(f"{name}.{n}", value) for n, value in enumerate(before))
    return replace(policy, **{name: _like(getattr(policy, name), value) for name, value in whole.items()})


def _like(was: Any, value: Any) -> Any:
    if isinstance(was, tuple):
        return tuple(type(one)(new) for one, new in zip(was, value, strict=True))
    return type(was)(value)


def _read(kept: Any) -> Any:
    return json.loads(kept) if isinstance(kept, str) else kept
