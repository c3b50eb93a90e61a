"""Sealed secrets: not readable in the table, taken over from clear text, and put under a new key."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from community_ops import resealing
from community_ops.notices import robots
from community_ops.resealing import Resealed, reseal, sealed_columns
from groups import orders, papers, second_step
from groups.models import AuthenticatorApp, BackupCodes
from groups.sealing import seal, unseal
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_lists import read_list
from lifecycle.models import Migration
from lifecycle.tests.cases.making import DAY, make_case, make_decided
from lifecycle.tests.making_imports import uploaded
from lifecycle.tests.wecom.making import connected

pytestmark = pytest.mark.django_db

COLUMNS = [(model.__name__, column) for model, column in sealed_columns()]


@pytest.fixture
def keys(settings):
    settings.FILE_KEYS = [Fernet.generate_key()]
    return settings


def test_the_table_holds_no_secret_in_clear(keys):
    device = second_step.begin(user=make_user())
    with connection.cursor() as cursor:
        cursor.execute("SELECT a::text, sealed FROM groups_authenticatorapp a")
        ((text, sealed),) = cursor.fetchall()
    assert device.secret.hex() not in text and device.secret not in bytes(sealed)
    keys.FILE_KEYS = [Fernet.generate_key()]
    with pytest.raises(InvalidToken):
        _ = AuthenticatorApp.objects.get().secret
    assert AuthenticatorApp.objects.get().verify_token("123456") is False  # told in the log, no server error


def test_everything_sealed_moves_to_the_newest_key_once_and_the_old_one_may_go(keys):
    group, user = make_group(), make_user()
    secret = second_step.begin(user=user).secret
    kept = papers.add_file(group=group, name="a.csv", content=b"a,b\n", token=uuid4(), by=user, now=timezone.now())
    keys.FILE_KEYS = [Fernet.generate_key(), *keys.FILE_KEYS]
    assert reseal() == Resealed(anew=2)
    assert reseal() == Resealed(already=2)
    keys.FILE_KEYS = keys.FILE_KEYS[:1]
    assert AuthenticatorApp.objects.get().secret == secret
    assert papers.hand_out(file=kept, by=user, now=timezone.now()) == b"a,b\n"
    keys.FILE_KEYS = [Fernet.generate_key()]
    with pytest.raises(CommandError, match="2 are opened by no key"):
        call_command("reseal")


def a_robot() -> Model:
    told = {"name": "staff", "service": "wecom", "team": None, "language": "en", "on_holidays": False}
    address = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={uuid4()}"
    return robots.add_robot(**told, address=address, by=make_user(), now=timezone.now())


def a_file() -> Model:
    group, user = make_group(), make_user()
    told = {"name": "a.csv", "content": b"a,b\n", "token": uuid4(), "by": user, "now": timezone.now()}
    return papers.add_file(group=group, **told).content


def some_codes() -> Model:
    codes, _shown = BackupCodes.fresh(make_user())
    codes.save()
    return codes


def a_list() -> Model:
    team = make_team()
    return read_list(team, make_user(team), "名称,群号\n甲,a-1\n".encode())


def a_migration() -> Model:
    case = make_decided(make_case(), "migrate")
    row = Migration(team=case.team, case=case, plan=case.plans, began_on=DAY, sealed_code=seal(b"x"), code_until=DAY)
    row.save()
    return row


# A row of each table that has sealed columns: what stands in them is put there by the test.
ROWS: dict[str, Callable[[], Model]] = {
    "AuthenticatorApp": lambda: second_step.begin(user=make_user()),
    "BackupCodes": some_codes,
    "GroupFileContent": a_file,
    "ImportFile": lambda: uploaded(b"a,b\n", by=make_user(make_team())).file,
    "ListPage": lambda: a_list().pages.get(),
    "Migration": a_migration,
    "OrderImport": lambda: orders.receive(
        team=make_team(), shop="youzan", file_name="a.csv", content=b"a", by=None, now=timezone.now()
    ),
    "RegistryImport": a_list,
    "Robot": a_robot,
    "WecomConnection": connected,
}


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[".".join(column) for column in COLUMNS])
def test_each_sealed_column_opens_after_the_old_key_is_gone(keys, monkeypatch, table, column):
    monkeypatch.setattr(resealing, "AT_ONCE", 1)
    row = ROWS[table]()
    type(row)._default_manager.filter(pk=row.pk).update(**{column: seal(b"what was kept")})
    keys.FILE_KEYS = [Fernet.generate_key(), *keys.FILE_KEYS]
    assert reseal().anew >= 1
    keys.FILE_KEYS = keys.FILE_KEYS[:1]
    row.refresh_from_db()
    assert unseal(bytes(getattr(row, column))) == b"what was kept"
    assert reseal().anew == 0


def test_columns_with_nothing_in_them_are_passed_over(keys):
    connected()
    assert reseal() == Resealed(already=1)


def test_what_is_sealed_goes_nowhere_but_into_such_columns():
    """Each call of seal(), or of a function that returns what it seals, fills a column that is resealed."""
    columns = {column for _table, column in COLUMNS}
    sealing, astray, seen = {"seal"}, [], 0
    while sealing:
        returning: set[str] = set()
        for path, tree in _our_code():
            for place, target in _uses(tree, sealing):
                seen += 1
                if target.startswith("return of "):
                    returning.add(target.removeprefix("return of "))
                elif target not in columns:
                    astray.append(f"{path}:{place} fills {target}")
        sealing = returning
    assert not astray
    assert seen >= 15


def _our_code() -> Iterator[tuple[Path, ast.Module]]:
    for app in ("assessments", "community_ops", "groups", "lifecycle"):
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                yield path, _parsed(path)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _uses(tree: ast.Module, names: set[str]) -> Iterator[tuple[int, str]]:
    """The line of each call of these functions, and what its result fills."""
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node.lineno, _filled_by(node, parents)


def _filled_by(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    while parent := parents.get(node):
        if isinstance(parent, ast.keyword) and parent.arg:
            return parent.arg
        if isinstance(parent, ast.Assign):
            target = parent.targets[0]
            return target.attr if isinstance(target, ast.Attribute) else ast.unparse(target)
        if isinstance(parent, ast.Return):
            while not isinstance(parent, ast.FunctionDef):
                parent = parents[parent]
            return f"return of {parent.name}"
        if isinstance(parent, ast.stmt):
            break
        node = parent
    return ast.unparse(node)


def test_secrets_that_stood_in_clear_are_sealed_and_their_table_goes(keys):
    person, waiting = make_user(), make_user()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE otp_totp_totpdevice (id serial, user_id bigint, name text, confirmed boolean, key text,"
            " drift int, last_t bigint, throttling_failure_timestamp timestamptz, throttling_failure_count int,"
            " created_at timestamptz, last_used_at timestamptz)"
        )
        for user, confirmed, key in ((person, True, "aa" * 20), (person, True, "bb" * 20), (waiting, False, "cc" * 20)):
            cursor.execute(
                "INSERT INTO otp_totp_totpdevice (user_id, name, confirmed, key, drift, last_t,"
                " throttling_failure_count) VALUES (%s, 'app', %s, %s, 1, 77, 0)",
                [user.pk, confirmed, key],
            )
    take_over = import_module("groups.migrations.0085_authenticator_apps").take_over
    for _ in range(2):  # without the table there is nothing to do
        with connection.schema_editor() as editor:
            take_over(apps, editor)
    found = AuthenticatorApp.objects.order_by("pk").values_list("user", "confirmed", "last_t", "drift")
    assert list(found) == [(person.pk, True, 77, 1), (waiting.pk, False, 77, 1)]
    assert [device.secret for device in AuthenticatorApp.objects.order_by("pk")] == [b"\xbb" * 20, b"\xcc" * 20]


def test_backup_codes_that_stood_in_clear_are_sealed_and_their_tables_go(keys):
    person, other = make_user(), make_user()
    device = (
        "name text, confirmed boolean, throttling_failure_timestamp timestamptz, throttling_failure_count int,"
        " created_at timestamptz, last_used_at timestamptz"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE otp_static_staticdevice (id serial, user_id bigint, {device})")
        cursor.execute("CREATE TABLE otp_static_statictoken (id serial, device_id int, token text)")
        for user in (person, person, other):
            cursor.execute(
                "INSERT INTO otp_static_staticdevice (user_id, name, confirmed, throttling_failure_count)"
                " VALUES (%s, 'backup', true, 2)",
                [user.pk],
            )
        cursor.execute("INSERT INTO otp_static_statictoken (device_id, token) VALUES (1, 'old'), (2, 'aa'), (2, 'bb')")
    take_over = import_module("groups.migrations.0120_backup_codes_sealed").take_over
    for _ in range(2):  # without the tables there is nothing to do
        with connection.schema_editor() as editor:
            take_over(apps, editor)
    kept = {codes.user_id: codes for codes in BackupCodes.objects.all()}
    assert kept[person.pk].left() == ["aa", "bb"] and kept[person.pk].throttling_failure_count == 2
    assert kept[other.pk].left() == []


def test_no_copy_of_the_table_shows_a_backup_code_and_without_the_key_none_is_taken(keys):
    person = make_user()
    codes, shown = BackupCodes.fresh(person)
    codes.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text, sealed FROM groups_backupcodes c")
        ((text, sealed),) = cursor.fetchall()
    assert not any(code in text or code.encode() in bytes(sealed) for code in shown)
    keys.FILE_KEYS = [Fernet.generate_key()]
    assert second_step.codes_left(person) == 0
    assert second_step.check(user=person, code=shown[0]).right is False  # told in the log, no server error
