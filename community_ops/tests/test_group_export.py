"""The list as a file: the groups of the filter and of the person, in the order of the list, on record."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from python_calamine import CalamineWorkbook

from community_ops.tests.digest import changed_tables, digest_of_tables
from groups.list_forms import FIELDS
from groups.models import AuditEntry
from groups.registration import search_keys_of
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_lists import previewed, written
from groups.tests.making_money import make_category, make_line
from lifecycle.models import HealthState
from lifecycle.tests.cases.making import make_standing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-22T04:00:00Z", tick=False):
        yield


@pytest.fixture
def team():
    return make_team(name="East")


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en", display_name="Li Wei")
    client.force_login(user)
    return user


def taken(client, query="", file_type="csv"):
    answer = client.post(reverse("group-export") + query, {"type": file_type})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def names_in(content):
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return [row[0] for row in rows[1:]]


def named(team, name, **fields):
    return make_group(team=team, name=name, **search_keys_of(name, ""), **fields)


def test_the_file_holds_exactly_what_the_list_shows(client, op, team):
    for name, layer in (("左岸", "vip"), ("安心", "vip"), ("宝妈", "mass")):
        named(team, name, layer=layer)
    named(team, "Closed", layer="vip", closed_on=date(2026, 10, 1))
    make_group(name="Foreign", layer="vip")
    content = taken(client, "?layer=vip&sort=name")
    assert names_in(content) == ["安心", "左岸"]
    assert set(names_in(taken(client))) == {"左岸", "安心", "宝妈"}
    assert names_in(taken(client, "?state=dead")) == []


def test_the_cells_are_numbers_days_and_words(client, op, team):
    group = named(
        team, "=1+1", owner=op, opened_on=date(2026, 3, 2), member_cap=500, tags=["a", "b"], external_id="wr1",
        plan_ends_on=date(2027, 3, 31), plan_lifespan="bounded",
    )  # fmt: skip
    make_standing(group, state=HealthState.DORMANT, members=312, acts_7=0, people_28=-1, score=4150)
    make_line(group, "1240.50", category=make_category())
    content = taken(client, file_type="xlsx")
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    cells = dict(zip(head, row, strict=True))
    assert cells["Group name"] == "'=1+1"
    assert (cells["Team"], cells["Owner"], cells["Platform"]) == ("East", "Li Wei", "WeCom customer group")
    assert (cells["Opened on"], cells["Ends on"], cells["Closed on"]) == (date(2026, 3, 2), date(2027, 3, 31), "")
    assert (cells["Members"], cells["Acts, 7 days"], cells["People, 28 days"]) == (312, 0, "")
    assert (cells["State"], cells["Health score"], cells["Tags"]) == ("At risk", 41.5, "a, b")
    assert Decimal(str(cells["Net this month (CNY)"])) == Decimal("-1240.5")
    assert cells["Net is exact"] == "exact"


def test_who_took_what_is_on_record(client, op, team):
    named(team, "G", layer="vip")
    taken(client, "?layer=vip&nonsense=1&state=unknown")
    entry = AuditEntry.objects.latest("id")
    assert (entry.verb, entry.actor_id) == ("groups exported", op.pk)
    assert entry.after == {"filter": {"layer": "vip", "state": "unknown"}, "sort": "worst", "rows": 1, "type": "csv"}


def test_looking_takes_nothing(client, op):
    assert client.get(reverse("group-export")).status_code == 405


def test_the_number_of_statements_does_not_grow(client, op, team, django_assert_max_num_queries):
    for _ in range(30):
        named(team, "G")
    with django_assert_max_num_queries(12):
        assert len(names_in(taken(client))) == 30


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("file_type", ["csv", "xlsx"])
def test_what_was_taken_out_comes_in_again_without_a_change(client, op, team, language, file_type):
    """Cases 25 and 26 for the registry: the file of the list, imported again, writes nothing."""
    source = named(team, "大群 1", owner=op, layer="mass", platform="qq", external_id="00123")
    named(
        team, "=1+1", owner=op, tags=["a", "b"], notes="one\r\ntwo", theme="@home", member_cap=500, upstream=source,
        plan_ends_on=date(2027, 3, 31), plan_lifespan="bounded",
    )  # fmt: skip
    named(
        team, "宝妈交流 A 群", owner=make_user(team, display_name="王芳"), layer="vip", external_id="123456789012345678"
    )
    type(op).objects.filter(pk=op.pk).update(language=language)
    content = taken(client, "?sort=name", file_type)
    own = {"groups_registryimport", "groups_listpage", "groups_outboxmessage", "groups_auditentry"}
    before = digest_of_tables(own)
    upload = previewed(team, op, content, platform="", file_name="f")
    assert len(upload.mapping) == len(FIELDS)
    done = written(upload, op, only_good=False)
    assert (done.rows_new, done.rows_changed, done.rows_same, done.rows_refused) == (0, 0, 3, 0)
    assert changed_tables(before, digest_of_tables(own)) == set()
