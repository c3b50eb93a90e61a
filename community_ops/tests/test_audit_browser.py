"""The record for administrators: filters, pages by keys, the file, and words for every verb of the product."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse

from community_ops import audit_browser
from groups.audit_words import WORDS, words_for
from groups.models import AuditEntry
from groups.tests.making import make_group, make_team, make_user
from lifecycle.rules.case_flow import Action

PAGE, FILE = reverse("audit"), reverse("audit-export")
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def boss(db, client):
    user = make_user(is_administrator=True, language="en", display_name="Boss")
    client.force_login(user)
    return user


def put(verb="edited", **fields):
    told = {"at": NOW, "actor_id": 1, "actor_name": "Li", "object_type": "group", "object_id": 7, "object_name": "Tea"}
    return AuditEntry.objects.create(verb=verb, **told | fields)


@pytest.fixture
def listed(client, boss):
    def names(**asked):
        answer = client.get(PAGE, asked)
        assert answer.status_code == 200
        return [row["entry"].object_name for row in answer.context["rows"] if row["entry"].object_name != "Boss"]

    return names


def test_each_filter_narrows(listed, boss):
    put(object_name="Chosen", verb="closed", actor_id=boss.pk, actor_name="", object_id=8)
    put(object_name="Other", at=NOW - timedelta(days=3))
    for asked in ({"who": "boss"}, {"verb": "closed"}, {"q": "chos"}, {"thing": "group:8"}, {"since": "2026-11-21"}):
        assert listed(**asked) == ["Chosen"], asked
    assert listed(until="2026-11-20", since="") == ["Other"]
    assert listed(who="li") == ["Other"]
    assert listed(who="nobody else") == []


@pytest.mark.parametrize(("day", "found"), [("2026-11-21", []), ("2026-11-22", ["Late"])])
def test_days_are_those_of_the_business(listed, day, found):
    put(object_name="Late", at=datetime(2026, 11, 21, 16, 30, tzinfo=UTC))  # half past midnight on the 22nd
    assert listed(since=day, until=day) == found


def test_the_bare_address_looks_ninety_days_back_and_no_days_mean_all(listed):
    put(object_name="Old", at=NOW - timedelta(days=200))
    assert listed() == []
    assert listed(since="") == ["Old"]
    assert listed(since="nonsense") == ["Old"]


def test_pages_go_by_keys_in_a_number_of_statements_that_does_not_grow(client, boss, django_assert_num_queries):
    for n in range(3):
        put(object_name=f"N{n}", at=NOW - timedelta(minutes=n))
    with django_assert_num_queries(4):  # session, user, keys, rows
        client.get(PAGE)
    AuditEntry.objects.bulk_create([AuditEntry(at=NOW, verb="edited", object_name="Many") for _ in range(120)])
    seen, address = [], PAGE
    while address:
        with django_assert_num_queries(4):
            answer = client.get(address)
        seen += [row["entry"].pk for row in answer.context["rows"]]
        page = answer.context["page"]
        address = f"{PAGE}?{answer.context['query']}&after={page.after}" if page.after else ""
    everything = AuditEntry.objects.order_by("-at", "-id").values_list("pk", flat=True)
    assert seen == list(everything)


def test_a_row_says_what_was_before_and_leads_on(client, boss):
    group = make_group(team=make_team(), name="Tea")
    put(object_id=group.pk, before={"layer": "mass"}, after={"layer": "vip", "tags": ["a"]}, reason="<b>because</b>")
    put(object_type="robot", actor_id=None, actor_name="", verb="robot paused")
    page = client.get(PAGE).content.decode()
    assert "<code>layer</code> <del data-typed>mass</del> → <ins data-typed>vip</ins>" in page
    assert "&lt;b&gt;because" in page
    assert f'href="/groups/{group.pk}/"' in page
    assert "The product itself" in page
    assert "Robot paused" in page


def test_the_file_holds_what_the_page_shows_and_is_on_record(client, boss):
    put(object_name="=1+1", verb="closed", reason="@SUM(A1)", after={"layer": "vip"})
    put(object_name="Other")
    answer = client.post(f"{FILE}?verb=closed", {"type": "csv"})
    head, *rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert head[:3] == ["Time", "Who", "What was done"]
    assert len(rows) == 1
    assert rows[0][0] == "2026-11-22 12:00:00"
    assert rows[0][5] == "'=1+1"
    assert rows[0][7] == '{"layer": "vip"}'
    assert rows[0][8] == "'@SUM(A1)"
    entry = AuditEntry.objects.get(verb="record exported")
    assert entry.actor_id == boss.pk
    assert entry.after["rows"] == 1
    assert entry.after["filter"]["verb"] == "closed"


def test_a_file_that_would_be_too_long_is_not_made(client, boss, monkeypatch):
    monkeypatch.setattr(audit_browser, "MOST_EXPORTED", 1)
    put()
    put()
    assert "choose fewer days" in client.post(FILE, {"type": "csv"}, follow=True).content.decode()
    assert not AuditEntry.objects.filter(verb="record exported").exists()


def test_only_administrators_read_the_record(client, db):
    team = make_team()
    client.force_login(make_user(team, role="manager"))
    assert client.get(PAGE).status_code == client.post(FILE).status_code == 403


@pytest.mark.parametrize("value", ["'", "\0", "%00", "group:x", "9" * 40, "0001-01-01", "9999-12-31", "🙂", "a:1"])
def test_no_parameter_breaks_it(client, boss, value):
    put()
    for name in ("who", "verb", "q", "since", "until", "thing", "after", "before"):
        assert client.get(PAGE, {name: value}).status_code == 200, name


def test_every_verb_of_the_product_has_words():
    apps = ("assessments", "community_ops", "groups", "lifecycle")
    files = (path for app in apps for path in (ROOT / app).rglob("*.py"))
    code = "".join(path.read_text("utf-8") for path in files if not {"tests", "migrations"} & set(path.parts))
    verbs = set(re.findall(r'\bverb="(\w[^"]+)"', code)) | {f"case {action}" for action in Action}
    assert len(verbs) > 100
    assert verbs - set(WORDS) == set()
    assert words_for("case revive came too late") == "处置单：决定激活（晚了一步）"
