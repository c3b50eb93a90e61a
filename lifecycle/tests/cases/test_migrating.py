"""Moving people: who shows life, where to, who was asked, who came, and that no identifier is ever kept."""

from __future__ import annotations

import io
import logging
import zlib
from datetime import timedelta
from uuid import uuid4

import pytest
import segno
import time_machine
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from groups.models import AuditEntry
from groups.rules.file_kinds import FileNotTaken
from groups.rules.member_hashes import member_hash, scope_of
from groups.sealing import unseal
from groups.tests.making import make_group, make_team, make_user
from lifecycle.cases.closing import forget_people
from lifecycle.cases.code_picture import drawn_anew
from lifecycle.cases.migrating import choose_target, keep_code, note_asked, numbers_of_ids
from lifecycle.cases.movers import progress_of
from lifecycle.cases.moving import CaseMovedOn, Refused
from lifecycle.cases.targets import targets_for
from lifecycle.models import AskedMember, Case, CaseEvent, HealthState, MemberEvent, MemberNumber, Migration
from lifecycle.tests.cases.making import DAY, NOW, act, make_case, make_decided, make_dying_group, make_standing

pytestmark = pytest.mark.django_db
BACKEND = "community_ops.colleagues.ColleagueBackend"
KEY = settings.MEMBER_KEY.encode()


def picture(words: str = "https://example.com/g/1") -> bytes:
    made = io.BytesIO()
    segno.make(words).save(made, kind="png", scale=4)
    return made.getvalue()


def migrating(team=None, **fields) -> Case:
    group = make_dying_group(team=team or make_team(), **fields)
    for back, members in ((70, [9]), (30, [1, 2]), (3, [1])):
        act(group, DAY - timedelta(days=back), messages=len(members), speakers=len(members), members=members)
    for back in range(10, 29):
        act(group, DAY - timedelta(days=back), messages=0, speakers=0, members=[])
    return make_decided(make_case(group), "migrate")


def target_of(case: Case, **fields):
    group = make_group(team=case.team, **fields)
    make_standing(group, state=HealthState.STABLE, members=50)
    return group


def known_as(group, number: int, identity: str, scope: str = "") -> None:
    MemberNumber.objects.create(group_id=group.pk, hash=member_hash(KEY, scope, identity), number=number)


def chosen(case: Case, target, by) -> tuple[Case, Migration]:
    migration = choose_target(case=case, version=case.version, target=target, theme="", by=by, now=NOW)
    return Case.objects.get(pk=case.pk), migration


def test_who_showed_life_is_told_by_number_the_latest_first():
    case = migrating()
    found = progress_of(case, None, DAY, DAY)
    assert [(each.number, each.days, each.acts) for each in found.movers] == [(1, 2, 2), (2, 1, 1), (9, 1, 1)]
    assert found.asked is found.came is found.active is found.joins is None  # nobody knows, which is not zero


def test_only_the_last_56_observed_days_count():
    case = migrating()
    for back in range(29, 70):
        if back != 30:
            act(case.group, DAY - timedelta(days=back), messages=0, speakers=0, members=[])
    act(case.group, DAY - timedelta(days=2), messages=1, speakers=1, members=[5])
    assert {each.number for each in progress_of(case, None, DAY, DAY).movers} == {1, 2, 5}


def test_targets_are_of_the_persons_teams_alive_and_not_closing():
    case = migrating()
    by = make_user(case.team)
    good = target_of(case, name="Good")
    target_of(case, name="Full", member_cap=51)
    target_of(case, name="Sells", plan_activity_kind="transaction")
    foreign = make_group(team=make_team())
    make_standing(foreign, state=HealthState.STABLE)
    ends = target_of(case, name="Ends")
    ending = make_case(make_dying_group(team=case.team, name="Ending"))
    Case.objects.filter(pk=ending.pk).update(group=ends, state="closing")
    assert [group for group, _fit in targets_for(by, case, 2)] == [good]


def test_candidates_cost_the_same_number_of_statements_however_many(django_assert_num_queries):
    case, by = migrating(), None
    by = make_user(case.team)
    for _ in range(12):
        target_of(case)
    with django_assert_num_queries(3):
        assert len(targets_for(by, case, 2)) == 8


def test_a_target_is_chosen_once_per_version_and_on_record():
    case = migrating()
    by, group = make_user(case.team), target_of(case, name="Autumn")
    stands, migration = chosen(case, group, by)
    assert (stands.moves_to, migration.target, stands.version) == ("Autumn", group, case.version + 1)
    assert AuditEntry.objects.filter(verb="case target chosen", object_id=case.pk).count() == 1
    assert CaseEvent.objects.get(case=case, kind="target").content["group"] == group.pk
    with pytest.raises(CaseMovedOn):
        choose_target(case=case, version=case.version, target=None, theme="Winter", by=by, now=NOW)
    assert Case.objects.get(pk=case.pk).moves_to == "Autumn"


@pytest.mark.parametrize("who", ["foreign", "closed", "itself"])
def test_an_unfit_target_is_refused(who):
    case = migrating()
    groups = {
        "foreign": lambda: make_group(team=make_team()),
        "closed": lambda: target_of(case, closed_on=DAY),
        "itself": lambda: case.group,
    }
    with pytest.raises(Refused, match="target_unfit"):
        chosen(case, groups[who](), make_user(case.team))
    assert not Migration.objects.exists()


def test_a_stranger_may_do_nothing():
    case, stranger = migrating(), make_user(make_team(), role="manager")
    with pytest.raises(PermissionDenied):
        note_asked(case=case, numbers=[1], lively=[1], by=stranger, now=NOW)
    with pytest.raises(PermissionDenied):
        numbers_of_ids(case=case, ids=["a"], by=stranger, now=NOW)
    with pytest.raises(PermissionDenied):
        keep_code(case=case, name="a.png", content=picture(), until=DAY, by=stranger, now=NOW)


def test_who_was_asked_stands_once_and_can_be_taken_back():
    case = migrating()
    by = make_user(case.team)
    assert note_asked(case=case, numbers=[1, 2, 77], lively=[1, 2], by=by, now=NOW) == 2
    assert note_asked(case=case, numbers=[1, 2], lively=[1, 2], by=by, now=NOW) == 2
    assert CaseEvent.objects.filter(case=case, kind="asked").count() == 1  # the second changed nothing
    assert note_asked(case=case, numbers=[2], lively=[1, 2], by=by, now=NOW) == 1
    found = progress_of(case, Migration.objects.get(), DAY, DAY)
    assert found.asked == 1 and [each.asked for each in found.movers] == [False, True, False]


def arrivals(case, target) -> None:
    """1 comes after the decision and acts much later; 2 was in the target before."""
    for number, identity in ((1, "ana"), (2, "ben")):
        known_as(case.group, number, identity)
        known_as(target, number + 40, identity)
    act(target, DAY - timedelta(days=5), messages=1, speakers=1, members=[42])
    act(target, DAY + timedelta(days=2), messages=2, speakers=2, joins=3, members=[41, 42, 60])
    act(target, DAY + timedelta(days=15), messages=1, speakers=1, joins=1, members=[41])


@pytest.mark.parametrize(("after", "active"), [(13, None), (14, 0), (15, 1)])
def test_who_came_is_seen_where_both_groups_know_people_alike(after, active):
    case = migrating()
    target = target_of(case)
    case, migration = chosen(case, target, make_user(case.team))
    arrivals(case, target)
    found = progress_of(case, migration, DAY, DAY + timedelta(days=after))
    assert (found.compared, found.came, found.were_there, found.active) == (True, 1, 1, active)
    assert found.joins == (4 if after >= 15 else 3) and found.members_left == 100


def test_nobody_is_absent_because_nobody_can_tell():
    case = migrating()
    target = target_of(case)
    case, migration = chosen(case, target, make_user(case.team))
    known_as(case.group, 1, "ana", scope_of("wecom", "a"))
    known_as(target, 1, "ana", scope_of("wecom", "b"))
    act(target, DAY + timedelta(days=2), messages=1, speakers=1, members=[1])
    found = progress_of(case, migration, DAY, DAY + timedelta(days=20))
    assert (found.compared, found.came, found.active, found.joins) == (False, None, None, None)
    for group in (case.group, target):  # from a source that names people alike everywhere
        MemberEvent.objects.create(group=group, number=1, kind=1, at=NOW, day=DAY)
    found = progress_of(case, migration, DAY, DAY + timedelta(days=20))
    assert (found.compared, found.came, found.active) == (True, 0, 0)


def test_ids_are_matched_and_nothing_of_them_is_kept(client, caplog):
    """The ids are random words; after the answer no table and no line of the log holds one."""
    case = migrating(external_id="room-1")
    by = make_user(case.team)
    one, two = f"wm{uuid4().hex}", f"wm{uuid4().hex}"
    known_as(case.group, 1, one)
    known_as(case.group, 2, two, scope_of("wecom", "room-1"))
    client.force_login(by, backend=BACKEND)
    caplog.set_level(logging.DEBUG)
    sent = "\n".join(["", two, f"stranger{uuid4().hex}", one])
    with time_machine.travel(NOW, tick=False):
        answer = client.post(reverse("case-moving-names", args=[case.pk]), {"ids": sent})
    assert sorted(answer.json()["found"]) == [[1, 2], [3, 1]]
    assert AuditEntry.objects.get(verb="case members looked up").after == {"ids": 4, "matched": 2}
    kept = everything_kept()
    for word in sent.split():
        assert word not in kept and word not in caplog.text


def everything_kept() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def test_too_many_ids_are_refused():
    case = migrating()
    with pytest.raises(Refused, match="too_many_ids"):
        numbers_of_ids(case=case, ids=["a"] * 5001, by=make_user(case.team), now=NOW)


def test_the_code_is_drawn_anew_kept_encrypted_and_shown_until_its_day(client):
    case = migrating()
    by = make_user(case.team)
    mark = uuid4().hex.encode()
    sent = picture() + mark  # something behind the end of the picture
    client.force_login(by, backend=BACKEND)
    address = reverse("case-moving-code", args=[case.pk])
    with time_machine.travel(NOW, tick=False):
        assert client.get(address).status_code == 404
        file = SimpleUploadedFile("code.png", sent)
        assert client.post(address, {"picture": file, "until": "2026-11-09"}).status_code == 302
        shown = client.get(address)
        assert (
            shown.status_code == 200 and shown["Content-Type"] == "image/png" and "no-store" in shown["Cache-Control"]
        )
    kept = Migration.objects.get()
    assert shown.content == unseal(bytes(kept.sealed_code)) and shown.content.startswith(b"\x89PNG")
    assert mark not in shown.content and b"\x89PNG" not in bytes(kept.sealed_code)
    client.force_login(by, backend=BACKEND)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        client.force_login(by, backend=BACKEND)
        assert client.get(address).status_code == 404


def bomb() -> bytes:
    """A PNG of 30,000 x 30,000 pixels in some kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    head = (30_000).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    rows = zlib.compress(bytes(30_000 * 3 + 1) * 3_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"%PDF-1.7", "unknown_ending"),
        ("a.svg", b"<svg/>", "unknown_ending"),
        ("a.png", b"<svg onload='x'/>", "other_content"),
        ("a.jpg", picture(), "other_content"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 90, "no_picture"),
        ("a.png", picture()[:60], "no_picture"),
        ("a.png", bomb(), "no_picture"),
        ("a.png", picture() + bytes(5 * 1024 * 1024), "too_large"),
        ("a.png", b"", "empty"),
    ],
    ids=["pdf", "svg", "other content", "other picture", "broken", "cut off", "bomb", "large", "empty"],
)
def test_what_is_no_picture_is_not_kept(name, content, code):
    with pytest.raises(FileNotTaken, match=code):
        drawn_anew(name, content)


@pytest.mark.parametrize("days", [-1, 31])
def test_a_code_that_is_over_or_lasts_too_long_is_refused(days):
    case = migrating()
    by = make_user(case.team)
    with pytest.raises(Refused, match="code_day_unfit"):
        keep_code(case=case, name="a.png", content=picture(), until=DAY + timedelta(days=days), by=by, now=NOW)


def test_another_target_takes_the_code_along():
    case = migrating()
    by = make_user(case.team)
    keep_code(case=case, name="a.png", content=picture(), until=DAY, by=by, now=NOW)
    _case, migration = chosen(case, target_of(case), by)
    assert migration.sealed_code is None and migration.code_until is None


def test_only_a_case_that_migrates_has_the_page(client):
    case = make_decided(make_case(), "revive")
    client.force_login(make_user(case.team), backend=BACKEND)
    assert client.get(reverse("case-moving", args=[case.pk])).status_code == 404
    with pytest.raises(CaseMovedOn):
        note_asked(case=case, numbers=[1], lively=[1], by=make_user(case.team), now=NOW)


def test_the_page_says_what_is_known_and_takes_a_target(client, django_assert_max_num_queries):
    case = migrating()
    by = make_user(case.team, language="en")
    target = target_of(case, name=f"Autumn {uuid4().hex[:6]}")
    client.force_login(by, backend=BACKEND)
    address = reverse("case-moving", args=[case.pk])
    with time_machine.travel(NOW, tick=False):
        client.force_login(by, backend=BACKEND)
        with django_assert_max_num_queries(24):
            text = client.get(address).content.decode()
        assert "Member 1 " in text and target.name in text and "Healthy" in text and "-- <span" in text
        answer = client.post(address, {"version": case.version, "target": target.pk, "theme": ""})
        assert answer.status_code == 302 and Migration.objects.get().target == target
        stale = client.post(address, {"version": case.version, "target": "", "theme": "Winter"})
        assert stale.status_code == 409
        empty = client.post(address, {"version": case.version + 1, "target": "", "theme": ""})
        assert empty.status_code == 422
        asked = client.post(reverse("case-moving-asked", args=[case.pk]), {"number": ["2", "77", "x"]})
        assert asked.status_code == 302
    assert list(AskedMember.objects.values_list("number", flat=True)) == [2]


@pytest.mark.parametrize(
    ("messages", "shown", "said"),
    [
        pytest.param(0, '<span class="num">0</span>', "Nobody acted in the 56 observed days", id="nobody acted"),
        pytest.param(5, "<dd>--", "name nobody", id="counts only"),
    ],
)
def test_a_group_whose_data_name_nobody_is_not_told_to_have_nobody(client, messages, shown, said):
    group = make_dying_group()
    for back in range(5, 30):
        act(group, DAY - timedelta(days=back), messages=messages, speakers=messages)
    case = make_decided(make_case(group), "migrate")
    with time_machine.travel(NOW, tick=False):
        client.force_login(make_user(case.team, language="en"), backend=BACKEND)
        text = client.get(reverse("case-moving", args=[case.pk])).content.decode()
    lively = text[text.index("<dt>Show life</dt>") :]
    assert shown in lively[: lively.index("</div>")] and said in text


def test_who_was_asked_is_forgotten_with_the_people():
    case = migrating()
    by = make_user(case.team)
    note_asked(case=case, numbers=[1], lively=[1], by=by, now=NOW)
    closed = DAY - timedelta(days=60)
    case.group.__class__.objects.filter(pk=case.group_id).update(closed_on=DAY)
    Case.objects.filter(pk=case.pk).update(state="dissolved", ended_on=closed, outcome={"people": "forget"})
    assert forget_people(DAY) == 1
    assert not AskedMember.objects.exists()
