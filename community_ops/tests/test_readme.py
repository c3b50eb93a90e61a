"""What the README tells people to type does what it says."""

from __future__ import annotations

import json
import subprocess
from urllib.parse import urlsplit

import pytest
from django.test import Client

from community_ops.bootstrap import ROOT
from community_ops.tests.making_tokens import make_token
from groups.models import Group, Right
from groups.tests.making import make_team
from lifecycle.models import DailyActivity

# The shell reads the example as a person's shell would; in the place of curl stands what tells its arguments.
TOLD = 'curl() { printf "%s\\0" "$@"; }\n'


def example_of(address: str) -> str:
    """The block of the README that sends something to this address."""
    blocks = (ROOT / "README.md").read_text(encoding="utf-8").split("```")[1::2]
    return next(block for block in blocks if "curl " in block and address in block)


def request_of(example: str, **variables: str) -> tuple[str, str, dict[str, str], str]:
    """Method, path, headers and body that curl would send."""
    done = subprocess.run(
        ["/bin/sh", "-eu", "-c", TOLD + example],
        env={"PATH": "/usr/bin:/bin:/usr/local/bin"} | variables,
        capture_output=True,
        check=True,
    )
    words = iter(done.stdout.decode().removesuffix("\0").split("\0"))
    method, path, body, headers = "GET", "", "", {}
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        else:
            assert word.startswith("http://"), word
            path = urlsplit(word).path
    return method, path, headers, body


@pytest.mark.django_db
def test_the_example_of_the_readme_brings_in_the_figures_of_yesterday():
    team = make_team(slug="tea-shops")
    token = make_token(team, make_team(), rights=[Right.ACTIVITY])
    method, path, headers, body = request_of(example_of("/api/v1/activity/daily"), TOKEN=token, TEAM=team.slug)
    kind = headers.pop("Content-Type")
    answers = [Client().generic(method, path, body, content_type=kind, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].content
    assert answers[0].json()["rows_new"] == 1 and answers[1].json() == answers[0].json()
    group = Group.objects.get(team=team, external_id="my-first-group")
    row = DailyActivity.objects.get(group_id=group.pk)
    told = json.loads(body)["rows"][0]
    assert (str(row.day), row.count("messages"), row.count("members")) == (told["date"], 12, 80)
