"""Forgets a person: every hash of theirs gives way to one by chance, so that counts stay and nobody is behind them.

What is by number or by day stays as it was, bit for bit: a group had as many speakers as it had. The names of an
account and the originals of files go; the audit record keeps that a request was carried out, and how many rows it met.
"""

from __future__ import annotations

import gzip
import io
import secrets
import zipfile
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from axes.models import AccessAttempt, AccessLog
from cryptography.fernet import InvalidToken
from django.contrib.sessions.models import Session
from django.db import connection, transaction

from community_ops.people.identifiers import (
    HASHED,
    Person,
    account_digest,
    everywhere,
    owner_digest,
    person_of,
    standing,
)
from groups import audit, sessions
from groups.models import AuthenticatorApp, BackupCodes, Forgotten, Identity, Invitation, PersonSession, User
from groups.rules.member_hashes import HASH_BYTES
from groups.sealing import unseal
from lifecycle.models import Import, ImportFile, WecomOwner

UNREAD = (Import.State.LOOKING, Import.State.QUEUED, Import.State.RUNNING)
CHANGED = {
    "bytes": "UPDATE {table} t SET {column} = m.new FROM unnest(%s::bytea[], %s::bytea[]) m(old, new)"
    " WHERE t.{column} = m.old",
    "list": "UPDATE {table} t SET {column} = array_replace(t.{column}, m.old, m.new)"
    " FROM unnest(%s::bytea[], %s::bytea[]) m(old, new) WHERE m.old = ANY(t.{column})",
    "hex": "UPDATE {table} t SET {column} = encode(m.new, 'hex') FROM unnest(%s::bytea[], %s::bytea[]) m(old, new)"
    " WHERE t.{column} = encode(m.old, 'hex')",
}
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
MOST_UNPACKED = 64 * 1024 * 1024


class NobodyKnown(LookupError):
    """No table and no file knows this identifier."""


class StillWorksHere(ValueError):
    """The account is open: close it and hand over what it looks after first."""


@transaction.atomic
def forget(identifier: str, *, by: User | None, now: datetime) -> Forgotten:
    """Forget whoever is called this; the row that comes back holds the counts. Raises NobodyKnown, StillWorksHere."""
    person = person_of(identifier)
    if person.account and person.account.is_active:
        raise StillWorksHere(person.account.username)
    files = _files_with(identifier.strip())
    if person.is_unknown and not files:
        raise NobodyKnown
    # Before the account and the owner lose the names that these are made of.
    digests = set(person.digests) | _digests_of(person) | (set() if person.account else everywhere(identifier.strip()))
    counts = _forget(person.digests, [person.account] if person.account else [], [person.owner] if person.owner else [])
    if files:
        counts["lifecycle_importfile"] = ImportFile.objects.filter(pk__in=files).delete()[0]
    return _remembered(digests, counts, by, now)


@transaction.atomic
def forget_again(*, by: User | None, now: datetime, besides: Iterable[bytes] = ()) -> dict[str, int]:
    """Carry out every request of the list once more, after a restore; `besides` are hashes of a list kept elsewhere.

    Originals of files from before the last request go as well: nobody can look for a name in them that we do not know.
    """
    requests = list(Forgotten.objects.order_by("pk"))
    listed = {bytes(digest) for row in requests for digest in row.digests}
    new = set(besides) - listed
    if not listed | new:
        return {}
    accounts = [user for user in User.objects.filter(is_active=False) if account_digest(user) in listed | new]
    owners = [owner for owner in WecomOwner.objects.all() if owner_digest(owner) in listed | new]
    found, _rows = standing(listed | new)
    counts = _forget(found, accounts, owners)
    until = now if new else requests[-1].at
    files = ImportFile.objects.filter(upload__uploaded_at__lte=until).exclude(upload__state__in=UNREAD)
    if counts and (deleted := files.delete()[0]):
        counts["lifecycle_importfile"] = deleted
    if new or counts:
        _remembered(new or found or listed, counts, by, now)
    return counts


def _remembered(digests: Iterable[bytes], counts: dict[str, int], by: User | None, now: datetime) -> Forgotten:
    row = Forgotten.objects.create(digests=sorted(digests), counts=counts, at=now, by=by)
    audit.record(verb="person forgotten", thing=row, by=by, now=now, after=counts)
    return row


def _digests_of(person: Person) -> set[bytes]:
    told = {account_digest(person.account)} if person.account else set()
    return told | ({owner_digest(person.owner)} if person.owner else set())


def _forget(digests: Iterable[bytes], accounts: list[User], owners: list[WecomOwner]) -> dict[str, int]:
    old = sorted(digests)
    new = [secrets.token_bytes(HASH_BYTES) for _ in old]  # the same one everywhere, so that figures stay what they were
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table, column, form in HASHED:
            cursor.execute(CHANGED[form].format(table=table, column=column), [old, new])
            if cursor.rowcount:
                counts[table] = cursor.rowcount
    if owners:
        for owner in owners:
            owner.userid, owner.person, owner.team = f"forgotten-{owner.pk}", None, None
            owner.save(update_fields=["userid", "person", "team"])
        counts["lifecycle_wecomowner"] = len(owners)
    for user in accounts:
        counts = _account_forgotten(user, counts)
    return counts


def _account_forgotten(user: User, counts: dict[str, int]) -> dict[str, int]:
    """Name, address and ways in go; the row stays, since work and money hang on it, and says who it was no more."""
    gone: dict[str, Any] = {
        "groups_personsession": PersonSession.objects.filter(user=user),
        "groups_identity": Identity.objects.filter(user=user),
        "groups_authenticatorapp": AuthenticatorApp.objects.filter(user=user),
        "groups_backupcodes": BackupCodes.objects.filter(user=user),
        "axes_accessattempt": AccessAttempt.objects.filter(username=user.username),
        "axes_accesslog": AccessLog.objects.filter(username=user.username),
    }
    Session.objects.filter(session_key__in=sessions.of_person(user.pk).values("session_key")).delete()
    for table, rows in gone.items():
        if deleted := rows.delete()[0]:
            counts[table] = counts.get(table, 0) + deleted
    named = Invitation.objects.filter(used_by=user).exclude(name="", email="").update(name="", email="")
    if named:
        counts["groups_invitation"] = counts.get("groups_invitation", 0) + named
    user.username, user.email, user.display_name = f"former-{user.pk}", "", f"#{user.pk}"
    user.set_unusable_password()
    user.save()
    counts["groups_user"] = counts.get("groups_user", 0) + 1
    return counts


def _files_with(name: str) -> list[int]:
    """Originals that were read and hold the name, in any encoding, also inside archives."""
    if not name:
        return []
    looked_for = {name.encode(encoding) for encoding in ENCODINGS}
    rows = ImportFile.objects.exclude(upload__state__in=UNREAD).values_list("pk", "sealed", "sealed_refused")
    return [
        pk
        for pk, *contents in rows.iterator(chunk_size=5)
        if any(word in part for each in contents if each for part in _parts(bytes(each)) for word in looked_for)
    ]


def _parts(sealed: bytes) -> list[bytes]:
    """The content and what is packed in it, as far as reason goes."""
    try:
        content = unseal(sealed)
        if content[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(content)) as packed:
                return [content, packed.read(MOST_UNPACKED)]
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                small = [each for each in archive.infolist() if each.file_size <= MOST_UNPACKED]
                return [content, *(archive.read(each) for each in small if not each.flag_bits & 1)]
    except (InvalidToken, zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError):
        return []
    return [content]
