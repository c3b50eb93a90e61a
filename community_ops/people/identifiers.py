"""Finds where somebody is known: what a platform, a shop or we ourselves call a person, and the hashes made of it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from groups.attribution import key_of_phone
from groups.models import Group, User
from groups.rules.member_hashes import member_hash, scope_of
from lifecycle.models import GroupAlias, WecomOwner

OF_ACCOUNTS = "account"  # the scope under which the list of forgotten people knows accounts
PHONE = re.compile(r"(?:\+?86)?(1\d{10})")
# Every column that knows a person by a keyed hash: table, column, whether it holds it in hexadecimal or among others.
# A test holds it against the models, so that a new one is not left out.
HASHED = (
    ("lifecycle_membernumber", "hash", "bytes"),
    ("groups_movedmember", "hash", "bytes"),
    ("lifecycle_wecomstay", "hash", "bytes"),
    ("lifecycle_wecomcallback", "hashes", "list"),
    ("groups_shoporder", "buyer_key", "hex"),
)
FOUND = {
    "bytes": "SELECT {column}, count(*) FROM {table} WHERE {column} = ANY(%s) GROUP BY 1",
    "list": "SELECT each, count(*) FROM {table}, unnest({column}) each WHERE {column} && %s::bytea[] AND each = ANY(%s)"
    " GROUP BY 1",
    "hex": "SELECT decode({column}, 'hex'), count(*) FROM {table} WHERE {column} = ANY(%s) GROUP BY 1",
}


@dataclass(frozen=True)
class Person:
    """Where an identifier leads: hashes with how many rows of each table, an account, an owner of WeCom groups."""

    digests: tuple[bytes, ...]  # that stand in some table
    rows: dict[str, int]  # by table
    account: User | None
    owner: WecomOwner | None

    @property
    def is_unknown(self) -> bool:
        return not self.digests and self.account is None and self.owner is None


def person_of(identifier: str) -> Person:
    """Where somebody with this id, name, phone number or user name is known."""
    name = identifier.strip()
    digests, rows = standing(hashes_of(name))
    return Person(
        digests=tuple(sorted(digests)),
        rows=rows,
        account=User.objects.filter(username=name).first(),
        owner=WecomOwner.objects.filter(userid=name).first(),
    )


def everywhere(name: str) -> set[bytes]:
    """The hashes that mean this person in every group and shop."""
    found = {member_hash(settings.MEMBER_KEY.encode(), "", name)}
    if phone := PHONE.fullmatch(re.sub(r"[\s-]", "", name)):
        found.add(bytes.fromhex(key_of_phone(phone[1])))
    return found


def hashes_of(name: str) -> set[bytes]:
    """Every hash under which imports, connections and orders may have stored this name; some hold in one group only."""
    key, found = settings.MEMBER_KEY.encode(), everywhere(name)
    called = Group.objects.values_list("platform", "external_id").union(
        Group.objects.values_list("platform", "name"), GroupAlias.objects.values_list("group__platform", "key")
    )
    for platform, each in called:
        for told in {platform, ""}:  # a file need not say the platform
            found.add(member_hash(key, scope_of(told, each), name))
    return found


def account_digest(user: User) -> bytes:
    return member_hash(settings.MEMBER_KEY.encode(), OF_ACCOUNTS, user.username)


def owner_digest(owner: WecomOwner) -> bytes:
    return member_hash(settings.MEMBER_KEY.encode(), "", owner.userid)


def standing(digests: Collection[bytes]) -> tuple[set[bytes], dict[str, int]]:
    """Which of these hashes stand in a table, and how many rows of which table hold one."""
    found: set[bytes] = set()
    rows: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table, column, form in HASHED:
            asked = [each.hex() for each in digests] if form == "hex" else list(digests)
            sql = FOUND[form].format(table=table, column=column)
            cursor.execute(sql, [asked] * sql.count("%s"))
            told = [(bytes(digest), count) for digest, count in cursor.fetchall()]
            found |= {digest for digest, _count in told}
            if told:
                rows[table] = sum(count for _digest, count in told)
    return found, rows
