"""The environment is read as typed values; what is missing or wrong stops the start with its name and an example."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from community_ops.bootstrap import ROOT
from community_ops.environment import BROKERS, WEB, Environment

KEY = "u0Yk3GdPE2mDb0NqW8oF9sL4xQ7rT1vZ5aBcHjKlMnA="
URL = "https://ops.example.com"
POOLED = "DISABLE_SERVER_SIDE_CURSORS"


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (lambda e: e.flag("IT", False), "Yes", True), (lambda e: e.flag("IT", True), "0", False),
        (lambda e: e.flag("IT", True), "", True), (lambda e: e.number("IT", 5), " 7 ", 7),
        (lambda e: e.number("IT", 5), "", 5), (lambda e: e.seconds("IT", 8), "0.5", 0.5),
        (lambda e: e.text("IT", ""), "a,b", "a,b"), (lambda e: e.names_of("IT", []), "a, b,,", ["a", "b"]),
        (lambda e: e.zone("IT", "Asia/Shanghai"), "Asia/Tokyo", "Asia/Tokyo"),
        (lambda e: e.address("IT", "", BROKERS, example=""), "rediss://:p@h/0", "rediss://:p@h/0"),
        (lambda e: e.address("IT", "http://x", WEB, example=""), "", "http://x"),
        (lambda e: e.origins("IT", []), URL, [URL]), (lambda e: e.keys("IT"), f"{KEY},{KEY}", [KEY, KEY]),
        (lambda e: e.mail("IT", "consolemail://")["EMAIL_USE_TLS"], "smtp+tls://u:p@mail.example.com:587", True),
        (lambda e: e.mail("IT", "consolemail://")["EMAIL_BACKEND"].split(".")[-2], "", "console"),
        (lambda e: e.database("IT", "")["NAME"], "postgres:///ops", "ops"),
        (lambda e: e.database("IT", "")["DISABLE_SERVER_SIDE_CURSORS"], f"postgres://h/d?{POOLED}=True", True),
        (lambda e: e.database("IT", "")["OPTIONS"], "postgres://u:p@h/d?sslmode=require", {"sslmode": "require"}),
    ],
)  # fmt: skip
def test_a_value_is_read_as_what_it_is(read, value, expected):
    reader = Environment({"IT": value})
    assert read(reader) == expected
    assert reader.faults == [] and reader.names == ["IT"]
    reader.stop_if_wrong()


@pytest.mark.parametrize(
    ("read", "value", "says"),
    [
        pytest.param(lambda e: e.flag("IT", True), "ture", "IT must be true or false, for example IT=false", id="flag"),
        pytest.param(lambda e: e.number("IT", 2, most=23), "24", "a number from 0 to 23, for example IT=2", id="hour"),
        pytest.param(lambda e: e.number("IT", 2), "two", "for example IT=2", id="no number"),
        pytest.param(lambda e: e.number("IT", 2), "-1", "a number from 0", id="below zero"),
        pytest.param(lambda e: e.seconds("IT", 8), "nan", "for example IT=8", id="nan"),
        pytest.param(lambda e: e.text("IT", example="x9"), "  ", "IT is missing, for example IT=x9", id="missing"),
        pytest.param(lambda e: e.zone("IT", "Asia/Shanghai"), "Asia/Shangai", "IT=Asia/Shanghai", id="zone"),
        pytest.param(lambda e: e.one_of("IT", "INFO", ("INFO", "ERROR")), "info", "one of INFO, ERROR", id="choice"),
        pytest.param(lambda e: e.address("IT", "", WEB, example=URL), "ops.example.com", f"IT={URL}", id="no scheme"),
        pytest.param(lambda e: e.address("IT", "", BROKERS, example="r"), "redis://", "redis://", id="no host"),
        pytest.param(lambda e: e.origins("IT", []), f"{URL},ops", "begin with https://", id="origins"),
        pytest.param(lambda e: e.keys("IT"), f"{KEY},short", "keys parted by commas", id="keys"),
        pytest.param(lambda e: e.mail("IT", "consolemail://"), "mail.example.com", "IT=smtp+tls://", id="mail"),
        pytest.param(lambda e: e.mail("IT", "consolemail://"), "smtp://", "IT=smtp+tls://", id="mail without a host"),
        pytest.param(lambda e: e.database("IT", "postgres://h/d"), "mysql://h/d", "postgres://", id="database"),
        pytest.param(lambda e: e.database("IT", "postgres://h/d"), "postgres://h", "name of the database", id="name"),
    ],
)
def test_what_is_missing_or_wrong_is_said_with_its_name_and_an_example(read, value, says):
    reader = Environment({"IT": value})
    read(reader)
    with pytest.raises(ImproperlyConfigured) as refused:
        reader.stop_if_wrong()
    assert says in str(refused.value) and len(reader.faults) == 1


def test_no_secret_is_repeated():
    reader = Environment({"DATABASE_URL": "mysql://app:s3cr3tword@h/d", "FILE_KEYS": "s3cr3tword"})
    reader.database("DATABASE_URL", "postgres://h/d")
    reader.keys("FILE_KEYS")
    assert len(reader.faults) == 2 and not any("s3cr3tword" in fault for fault in reader.faults)


def test_a_start_tells_all_faults_at_once_and_ends_with_one():
    wrong = {"PROXY_COUNT": "one", "SECURE_COOKIES": "ja", "CURRENCY": "JPY", "NIGHT_STARTS_AT_HOUR": "25"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=os.environ | wrong | {"PYTHON_ENV": "given"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert [name for name in wrong if name not in done.stderr] == [] and "Traceback" not in done.stderr


def test_the_words_of_an_address_of_the_database_reach_the_driver():
    code = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS']['sslmode'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "community_ops.settings",
            "DATABASE_URL": "postgres://app@127.0.0.1:5432/community_ops?sslmode=prefer",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "prefer"
