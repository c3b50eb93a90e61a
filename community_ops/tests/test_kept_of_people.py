"""What is kept of a person, how it leaves, how it ends, and that an end holds after a restore."""

import io
import json
import re
from datetime import timedelta

import pytest
from axes.models import AccessLog
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from community_ops.people.data_of_person import told_of
from community_ops.people.forgetting import NobodyKnown, StillWorksHere, forget, forget_again
from community_ops.people.identifiers import HASHED, person_of
from community_ops.tests.digest import changed_tables, digest_of_tables
from groups import sessions
from groups.attribution import key_of_phone
from groups.layer_moves import hashes_of as hashes_in
from groups.models import AuditEntry, Forgotten, Group, LayerMove, MovedMember, PersonSession, ShopOrder
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_orders import bring_in, order
from lifecycle import imports, upkeep
from lifecycle.models import ImportFile, MemberEvent, WecomCallback, WecomGroup, WecomOwner, WecomStay
from lifecycle.tests.making_imports import NOW as IMPORTED_AT
from lifecycle.tests.making_imports import TODAY as IMPORT_DAY
from lifecycle.tests.making_imports import confirmed, looked_at
from lifecycle.wecom.reading import hash_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()
WHO, OTHER, PHONE = "wmAnna-7", "wmBen-8", "13800138000"
DAYS = "group_id,date,member,messages\n" + "".join(
    f"Tea,2026-06-0{day},{who},{day}\n" for day in (1, 2) for who in (WHO, OTHER)
)


@pytest.fixture
def team():
    return make_team()


def imported(by):
    """The days, by way of a page and a worker, so that the original is kept."""
    upload = confirmed(looked_at(DAYS.encode(), by=by), by=by)
    imports.run(upload.pk, now=IMPORTED_AT, today=IMPORT_DAY)
    upload.refresh_from_db()
    return upload


@pytest.fixture
def known(team):
    """A person in every table that knows members by a hash, and another one beside them."""
    op = make_user(team)
    imported(op)
    tea = Group.objects.get(name="Tea")
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM lifecycle_membernumber WHERE group_id = %s AND hash = ANY(%s)",
                       [tea.pk, list(person_of(WHO).digests)])  # fmt: skip
        (number,) = cursor.fetchone()
    MemberEvent.objects.create(group=tea, number=number, kind=1, at=NOW, day=NOW.date())
    move = LayerMove.objects.create(source=tea, target=make_group(team=team), team=team, from_layer="mass",
                                    to_layer="vip", on=NOW.date(), people=1, entered_at=NOW)  # fmt: skip
    MovedMember.objects.create(move=move, source_id=tea.pk, target_id=move.target_id, hash=hashes_in(tea, [WHO])[0])
    chat = WecomGroup.objects.create(chat_id="wr-1", name="Tea in WeCom")
    for who in (WHO, OTHER):
        WecomStay.objects.create(chat=chat, hash=hash_of(who), is_staff=False, joined_at=NOW, joined_on=NOW.date(),
                                 left_at=NOW, left_on=NOW.date())  # fmt: skip
    WecomCallback.objects.create(key=b"k" * 32, chat_id="wr-1", change="update", happened_at=NOW, received_at=NOW,
                                 hashes=[hash_of(OTHER), hash_of(WHO)])  # fmt: skip
    bring_in(team, order("N-1", buyer_key=key_of_phone(PHONE)), order("N-2"))
    return tea


def kept_of(name):
    return json.loads(json.dumps(told_of(person_of(name)), default=str))


def counts():
    with connection.cursor() as cursor:
        found = {}
        for table in ("lifecycle_daily", "lifecycle_acting", *(table for table, *_ in HASHED)):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
        cursor.execute("SELECT group_id, day, speakers, messages FROM lifecycle_daily ORDER BY 1, 2")
        return found, cursor.fetchall()


def test_everything_of_a_person_is_told(known):
    told = kept_of(WHO)
    assert set(told) == {"member_of_groups", "moves_between_groups", "stays_in_wecom_groups", "callbacks_of_wecom"}
    (tea,) = told["member_of_groups"]
    assert [(each["day"], each["acts"]) for each in tea["days"]] == [("2026-06-01", 1), ("2026-06-02", 2)]
    assert [each["kind"] for each in tea["events"]] == ["join"]
    assert [each["number"] for each in kept_of(PHONE)["orders"]] == ["N-1"]
    assert kept_of("+86 138-0013-8000") == kept_of(PHONE)
    assert kept_of("wmNobody") == {}


def test_a_forgotten_person_is_nowhere_and_every_count_stays(known):
    before, others = counts(), kept_of(OTHER)
    row = forget(WHO, by=make_user(is_administrator=True), now=NOW)
    assert kept_of(WHO) == {} and person_of(WHO).is_unknown
    assert row.counts == {
        "lifecycle_membernumber": 1, "groups_movedmember": 1, "lifecycle_wecomstay": 1, "lifecycle_wecomcallback": 1,
        "lifecycle_importfile": 1,
    }  # fmt: skip
    assert counts() == before and kept_of(OTHER) == others
    assert not ImportFile.objects.exists()
    entry = AuditEntry.objects.get(verb="person forgotten")
    assert entry.after == row.counts and WHO not in str(vars(entry))
    with pytest.raises(NobodyKnown):
        forget(WHO, by=None, now=NOW)


def test_a_buyer_is_forgotten_by_phone_and_buyers_stay_as_many(known):
    before = ShopOrder.objects.exclude(buyer_key="").values("buyer_key").distinct().count()
    assert forget(PHONE, by=None, now=NOW).counts == {"groups_shoporder": 1}
    assert not ShopOrder.objects.filter(buyer_key=key_of_phone(PHONE)).exists()
    assert ShopOrder.objects.exclude(buyer_key="").values("buyer_key").distinct().count() == before


def test_a_restore_is_forgotten_again(known):
    """The backup is from before the request: its rows come back, and with them the list as it was."""
    lost = {}

    class Restored(Exception):
        pass

    with pytest.raises(Restored), transaction.atomic():
        forget(WHO, by=None, now=NOW)
        forget(PHONE, by=None, now=NOW)
        lost["list"] = io.StringIO()
        call_command("person", "list", stdout=lost["list"])
        raise Restored
    assert kept_of(WHO) and kept_of(PHONE) and not Forgotten.objects.exists()
    besides = [bytes.fromhex(line) for line in lost["list"].getvalue().split()]
    done = forget_again(by=None, now=NOW, besides=besides)
    assert done["lifecycle_membernumber"] == done["groups_shoporder"] == 1
    assert kept_of(WHO) == kept_of(PHONE) == {} and kept_of(OTHER)
    before = digest_of_tables()
    assert forget_again(by=None, now=NOW, besides=besides) == {}
    assert changed_tables(before, digest_of_tables()) == set()


def test_an_open_account_is_not_forgotten_and_a_closed_one_loses_its_name(team):
    person = make_user(team, username="lilei", email="li@example.com", display_name="Li Lei")
    WecomOwner.objects.create(userid="lilei", person=person, team=team, first_seen_at=NOW)
    told = kept_of("lilei")
    assert told["account"]["person"]["email"] == "li@example.com" and "password" not in told["account"]["person"]
    assert told["owner_of_wecom_groups"]["userid"] == "lilei"
    with pytest.raises(StillWorksHere):
        forget("lilei", by=None, now=NOW)
    person.is_active = False
    person.save()
    forget("lilei", by=None, now=NOW)
    person.refresh_from_db()
    assert (person.username, person.email, person.display_name) == (f"former-{person.pk}", "", f"#{person.pk}")
    assert not person.has_usable_password() and kept_of("lilei") == {}
    assert not WecomOwner.objects.filter(userid="lilei").exists()


def test_the_command_tells_what_it_did(known):
    told = io.StringIO()
    call_command("person", "export", WHO, stdout=told)
    assert json.loads(told.getvalue())["member_of_groups"][0]["group"] == "Tea"
    call_command("person", "forget", WHO, stdout=told)
    assert "5 rows lost the person." in told.getvalue()
    with pytest.raises(CommandError, match="Nothing is kept"):
        call_command("person", "forget", WHO)
    with pytest.raises(CommandError):
        call_command("person", "forget")
    assert AuditEntry.objects.filter(verb="person exported").count() == 1


# Columns that speak of people in clear or by a hash, and where docs/personal-data.md accounts for them.
NAMING = re.compile(
    r"hash(es)?$|buyer|userid|e?mail$|username|display_name|phone|^device$|^address$|actor_name|subject$|member(s)?$|"
    r"nickname|openid|unionid"
)
ACCOUNTED = {
    "groups_user.username", "groups_user.email", "groups_user.display_name", "groups_auditentry.actor_name",
    "groups_invitation.email", "groups_identity.subject", "groups_personsession.device",
    "groups_personsession.address", "lifecycle_wecomowner.userid",
}  # fmt: skip
# Of files, requests and headers, or numbers of members, which stand for nobody once the hash is gone.
OF_NOBODY = {
    "groups_orderimport.content_hash", "groups_registryimport.fates_hash", "groups_columnpreset.headers_hash",
    "groups_apianswer.request_hash", "lifecycle_import.file_hash", "lifecycle_import.content_hash",
    "lifecycle_acting.members", "lifecycle_daily.members", "lifecycle_daily.buyers", "lifecycle_wecomgroup.members",
    "lifecycle_wecomownerday.members", "lifecycle_fleetday.members",
    "groups_delivery.subject", "groups_notice.to_mail", "groups_noticechoice.by_mail",
}  # fmt: skip


def test_every_column_that_may_name_a_person_is_accounted_for():
    found = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ("groups", "lifecycle", "assessments", "community_ops")
        for field in model._meta.local_concrete_fields
        if NAMING.search(field.column)
        and field.get_internal_type() not in ("IntegerField", "PositiveIntegerField", "SmallIntegerField")
    }
    hashed = {f"{table}.{column}" for table, column, _form in HASHED}
    assert hashed <= found, "a column of the list is gone"
    assert found - hashed - ACCOUNTED - OF_NOBODY == set()


def test_upkeep_deletes_on_the_day_and_reports_how_many(team):
    upload = imported(make_user(team))
    last = ImportFile.objects.get(upload=upload).delete_after
    assert last == timezone.localdate(upload.uploaded_at) + timedelta(days=30)
    assert upkeep.delete_old_files(last) == 0 and ImportFile.objects.exists()
    assert upkeep.delete_old_files(last + timedelta(days=1)) == 1 and not ImportFile.objects.exists()


def test_sessions_and_sign_ins_go_when_their_time_is_over(client):
    person = make_user(username="lilei")
    client.force_login(person)
    AccessLog.objects.all().delete()
    AccessLog.objects.create(username="lilei", ip_address="10.0.0.1", user_agent="x", path_info="/login/")
    AccessLog.objects.update(attempt_time=NOW)
    session = PersonSession.objects.get(user=person)
    assert sessions.delete_old(session.seen_at + timedelta(hours=7)) == 0
    assert sessions.delete_old(session.seen_at + timedelta(hours=9)) == 2
    assert not PersonSession.objects.exists() and not Session.objects.exists()
    assert sessions.delete_old_sign_ins(NOW + timedelta(days=90)) == 0
    assert upkeep.reap(now=NOW + timedelta(days=91))["sign-ins deleted"] == 1
    assert not AccessLog.objects.exists()


@pytest.fixture
def administrator(client):
    admin = make_user(is_administrator=True, language="en")
    client.force_login(admin)
    return client


def test_the_page_gives_a_file_and_forgets_after_the_name_was_typed_twice(administrator, known):
    address = reverse("person-data")
    assert "wmNobody" not in administrator.get(address).text
    none = administrator.post(address, {"identifier": "wmNobody", "act": "look"})
    assert none.status_code == 422 and "Nothing is kept" in none.text
    look = administrator.post(address, {"identifier": WHO, "act": "look"})
    assert look.status_code == 200 and "Members of groups" in look.text
    file = administrator.post(address, {"identifier": WHO, "act": "export"})
    assert file["Content-Disposition"].startswith("attachment") and file.json()["member_of_groups"]
    wrong = administrator.post(address, {"identifier": WHO, "again": OTHER, "act": "forget"})
    assert wrong.status_code == 422 and kept_of(WHO)
    done = administrator.post(address, {"identifier": WHO, "again": WHO, "act": "forget"}, follow=True)
    assert "is forgotten" in done.text and kept_of(WHO) == {}
    assert WHO not in done.text
