"""What holds for every installation: patched versions, strict settings, no account that nobody made."""

import os
import re
import subprocess
import sys
from importlib.metadata import version

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

from community_ops.bootstrap import ROOT

# The oldest releases without known holes that concern us; the reasons stand in docs/decisions/version-floors.md.
FLOORS = {
    "django": "5.2.19",
    "celery": "5.7.0",
    "kombu": "5.7.0",
    "redis": "6.4",
    "psycopg2-binary": "2.9.13",
    "cryptography": "50.0.2",
    "django-axes": "8.3.1",
    "gunicorn": "27.0.1",
    "waitress": "3.0.2",
    "whitenoise": "6.12.0",
}
COOKIE = ("NAME", "SECURE", "HTTPONLY", "SAMESITE")
# What the test plugin sets for the tests alone.
OF_TESTS = {"DJANGO_ALLOW_ASYNC_UNSAFE", "STATIC_ROOT", "STATICFILES_BACKEND"}


def numbers(text):
    return [int(part) for part in re.findall(r"\d+", text)]


@pytest.mark.parametrize(("package", "floor"), FLOORS.items(), ids=FLOORS)
def test_no_package_is_below_its_floor(package, floor):
    assert numbers(version(package)) >= numbers(floor)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned(name):
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("#", "-r"))]
    assert [line for line in lines if not re.match(r"^[A-Za-z0-9._\[\],-]+==[^\s*]+( ;.*)?$", line)] == []


def test_the_deployment_check_finds_nothing():
    strict = {"SECURE_COOKIES": "true", "DEBUG": "false", "SECRET_KEY": "k9" * 40 + "-x7.Q", "PYTHON_ENV": "given"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in OF_TESTS} | strict,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_cookies_of_a_real_installation():
    told = "; ".join(f"print(s.{kind}_COOKIE_{what})" for kind in ("SESSION", "CSRF") for what in COOKIE)
    found = subprocess.run(
        [sys.executable, "-c", f"from community_ops import settings as s; {told}"],
        cwd=ROOT,
        env=os.environ | {"SECURE_COOKIES": "true", "SECRET_KEY": "x"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert found == ["__Host-session", "True", "True", "Lax", "__Host-csrf", "True", "True", "Lax"]


def test_debug_is_off_unless_asked_for():
    assert settings.DEBUG is False


@pytest.mark.django_db
def test_no_account_exists_that_nobody_made():
    assert get_user_model().objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/.git/config", "/static/../manage.py", "/static/%2e%2e/manage.py", "/.local/keys.env"]
)
def test_files_of_the_installation_are_out_of_reach(client, path):
    assert client.get(path).status_code in (302, 404)
    assert b"SECRET_KEY" not in client.get(path).content
