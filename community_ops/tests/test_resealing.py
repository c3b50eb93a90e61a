"""Sealed secrets: not readable in the table, taken over from clear text, and put under a new key."""

from importlib import import_module
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from community_ops.resealing import Resealed, reseal, sealed_models
from groups import papers, second_step
from groups.models import AuthenticatorApp
from groups.tests.making import make_group, make_user

pytestmark = pytest.mark.django_db


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
    assert {"AuthenticatorApp", "GroupFileContent", "RegistryImport", "ImportFile"} <= {
        model.__name__ for model in sealed_models()
    }


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
