"""Case 57: direct SQL that breaks a promise of the tables is refused, by the constraint whose name says why."""

import pytest
from django.db import IntegrityError, connection, transaction

from groups.tests.making import make_user
from lifecycle.cases.treating import begin_treatment
from lifecycle.models import (
    AdvertList,
    AskedMember,
    CalendarTurn,
    CaseEvent,
    CaseTask,
    CoverageSpan,
    DeletedOfDay,
    Exemption,
    Flag,
    GroupAlias,
    GroupEnd,
    Import,
    Lesson,
    MemberEvent,
    Migration,
    NightFault,
    NightRun,
    PolicyTurn,
    Rest,
    Source,
    SourceDay,
    SourceOutage,
    StateChange,
    TeamPlaybook,
    WecomConnection,
    WecomGroup,
    WecomOwner,
    WecomRun,
    WecomStay,
    WeekPack,
)
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import COUNTS
from lifecycle.tests.cases.making import DAY, NOW, make_case, make_decided, make_dying_group
from lifecycle.tests.nights_making import write_readings
from lifecycle.tests.policy_making import adopt, make_draft

pytestmark = pytest.mark.django_db

# Named constraints and conditional unique indexes of the tables of this app, from the database itself.
PROMISES = """
    SELECT con.conname FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid
    WHERE rel.relname LIKE 'lifecycle\\_%' AND NOT rel.relispartition AND con.contype IN ('c', 'u', 'x')
        AND con.conname LIKE '% %'
    UNION
    SELECT ind.relname FROM pg_index i
    JOIN pg_class rel ON rel.oid = i.indrelid JOIN pg_class ind ON ind.oid = i.indexrelid
    WHERE rel.relname LIKE 'lifecycle\\_%' AND NOT rel.relispartition AND i.indisunique AND i.indpred IS NOT NULL
"""


@pytest.fixture
def one_of_everything():
    group = make_dying_group()
    case = make_decided(make_case(group), "revive")
    begin_treatment(case, DAY)
    CalendarTurn.objects.create(year=DAY.year, day=DAY, kind="off", reason="x", made_at=NOW)
    run = NightRun.objects.create(day=DAY, made_at=NOW)
    run.items.create(first_group_id=0, last_group_id=999)
    NightFault.objects.create(run=run, group=group, last_at=NOW)
    source = Source.objects.create(team=group.team, kind="daily", name="wecom")
    CoverageSpan.objects.create(group=group, source=source, observed_from=DAY, observed_until=DAY, known=8)
    Import.objects.create(
        team=group.team, file_name="a", file_bytes=1, file_hash="a", content_hash="c", state="done", uploaded_at=NOW
    )
    AdvertList.objects.create(group=group, words=["a1"], changed_at=NOW, changed_by=make_user(group.team))
    migration = Migration.objects.create(team=group.team, case=case, plan=1, began_on=DAY)
    AskedMember.objects.create(migration=migration, number=1, asked_on=DAY, asked_by=make_user(group.team))
    book = TeamPlaybook.objects.create(team=group.team, key="script", remedy="revive", current=2, latest=2)
    book.versions.create(number=2, content={}, made_at=NOW, made_by=make_user(group.team))
    StateChange.objects.create(group=group, day=DAY, before=3, after=5, evidence={}, rule_version=1)
    ensure_months(DAY, DAY)
    write_readings([group.pk], DAY, DAY, NOW)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO lifecycle_daily (group_id, day, known) VALUES (%s, %s, 8)", [group.pk, DAY])
        cursor.execute("INSERT INTO lifecycle_acting VALUES (%s, %s, '{1,2}', '{3,4}')", [group.pk, DAY])
        cursor.execute(
            "INSERT INTO lifecycle_membernumber (group_id, hash, number) VALUES (%s, '\\x01', 1)", [group.pk]
        )
    MemberEvent.objects.create(group=group, number=1, kind=MemberEvent.Kind.JOIN, at=NOW, day=DAY)
    SourceOutage.objects.create(source=source, team=group.team, kind="silent", began_on=DAY, groups=1, noticed_at=NOW)
    make_wecom()
    said = dict.fromkeys((*COUNTS, "batch_id", "turn"), 0)
    SourceDay.objects.create(group_id=group.pk, day=DAY, source=source, known=8, **said)
    GroupEnd.objects.create(group=group, fate="died", told_on=DAY, ended_on=DAY, flagged_on=DAY, made_at=NOW)
    GroupAlias.objects.create(team=group.team, key="k", group=group)
    make_policies(group)
    WeekPack.objects.create(
        first_day=DAY, first_group_id=0, last_group_id=1, layout=1, told=0, groups=b"", counts=b"", acted=b""
    )
    DeletedOfDay.objects.create(day=DAY, kind="files deleted", count=2, last_count=1, last_at=NOW)
    for days in (Rest, Exemption):
        days.objects.create(group=group, team=group.team, from_day=DAY, until_day=DAY, reason="r", made_at=NOW)
    assert Flag.objects.exists() and CaseEvent.objects.filter(kind="signal").exists() and CaseTask.objects.exists()
    return case


def make_policies(group):
    """A version, a draft, and a group that would turn under it."""
    adopt(1, DAY)
    draft = make_draft(make_user(), based_on=1)
    PolicyTurn.objects.create(
        draft=draft, team=group.team, group=group, state_before=3, state_after=4, causes_before=[],
        causes_after=["fading"], score_before=8300, score_after=8300,
    )  # fmt: skip
    Lesson.objects.create(through=DAY, rule_version=1, deaths=0, survivors=0, false_alarms=0, recoveries=0, made_at=NOW)


def make_wecom():
    """A connection with a group, somebody in it, and an open run."""
    WecomConnection.objects.create(id=1, corp_id="ww1", connected_at=NOW)
    chat = WecomGroup.objects.create(chat_id="wr1", owner=WecomOwner.objects.create(userid="u1", first_seen_at=NOW))
    WecomStay.objects.create(chat=chat, hash=b"1", is_staff=False, joined_at=NOW, joined_on=DAY)
    WecomRun.objects.create(day=DAY, opened_at=NOW)


def again(table: str, **changes: str) -> str:
    """SQL that inserts a copy of a row of the table, with some columns changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [table])
        columns = [name for (name,) in cursor.fetchall() if name != "id"]
    values = ", ".join(changes.get(name, name) for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} LIMIT 1"


BREAKS = {
    "each acting member has a count": lambda: "UPDATE lifecycle_acting SET acts = '{3}'",
    "one_pack_per_range_and_week": lambda: again("lifecycle_weekpack"),
    "a budget is not negative": lambda: "UPDATE lifecycle_case SET budget = -0.01",
    "a decided case has a remedy and a decider": lambda: "UPDATE lifecycle_case SET decided_by_id = NULL",
    "only an ended case has a last day": lambda: "UPDATE lifecycle_case SET ended_on = '2026-11-03'",
    "a done step says who did it": lambda: "UPDATE lifecycle_casetask SET done_at = now()",
    "a step stands once in a plan": lambda: again("lifecycle_casetask"),
    "a step costs nothing or more": lambda: "UPDATE lifecycle_casetask SET spent = -0.01",
    "a plan is one treatment": lambda: again("lifecycle_treatment"),
    "a measured treatment says what was found": lambda: "UPDATE lifecycle_treatment SET measured_on = '2026-11-30'",
    "a list of adverts names a word": lambda: "UPDATE lifecycle_advertlist SET words = '[]'",
    "coverage ends on or after it begins": lambda: (
        "UPDATE lifecycle_coveragespan SET observed_until = observed_from - 1"
    ),
    "an unknown count holds zero": lambda: "UPDATE lifecycle_daily SET orders = 1",
    "an unknown count of what was said holds zero": lambda: "UPDATE lifecycle_daily SET filler = 1, known = 15",
    "counts of what was said are not negative": lambda: "UPDATE lifecycle_daily SET filler = -1, known = known | 1024",
    "counts are not negative": lambda: "UPDATE lifecycle_daily SET messages = -1",
    "a flag is raised once a day": lambda: again("lifecycle_flag", lowered_on="raised_on"),
    "a score lies between 0 and 100": lambda: "UPDATE lifecycle_health SET score = 10001, loss_cap = -1",
    "losses and score sum to 100": lambda: "UPDATE lifecycle_health SET score = 5000",
    "a number stands for one member": lambda: again("lifecycle_membernumber", hash="'\\x02'"),
    "a group fails once per night": lambda: again("lifecycle_nightfault"),
    "a range stands once in a night": lambda: again("lifecycle_nightitem"),
    "a source is named once per team": lambda: again("lifecycle_source"),
    "a group changes state once a day": lambda: again("lifecycle_statechange"),
    "one open case per group": lambda: again("lifecycle_case"),
    "one standing flag per group and cause": lambda: again("lifecycle_flag", raised_on="raised_on + 1"),
    "a flag is evidence in a case once": lambda: again("lifecycle_caseevent"),
    "a plan moves people one way": lambda: again("lifecycle_migration"),
    "a code of a group has its last day": lambda: "UPDATE lifecycle_migration SET code_until = began_on",
    "a member is asked once a migration": lambda: again("lifecycle_askedmember"),
    "a team has a playbook once": lambda: again("lifecycle_teamplaybook"),
    "an archived playbook says by whom": lambda: "UPDATE lifecycle_teamplaybook SET archived_at = now()",
    "the current playbook is one that there is": lambda: "UPDATE lifecycle_teamplaybook SET current = latest + 1",
    "a version of a playbook is written once": lambda: again("lifecycle_playbookversion"),
    "the same content is imported once per team": lambda: again("lifecycle_import"),
    "a member comes or goes once a moment": lambda: again("lifecycle_memberevent"),
    "an outage of a source begins once on a day": lambda: again(
        "lifecycle_sourceoutage", ended_on="began_on + 1", ended_at="noticed_at"
    ),
    "one outage of a kind stands for a source": lambda: again("lifecycle_sourceoutage", began_on="began_on + 1"),
    "an outage ends after it began": lambda: (
        "UPDATE lifecycle_sourceoutage SET ended_on = began_on, ended_at = noticed_at"
    ),
    "an outage ends on a day and at a time": lambda: "UPDATE lifecycle_sourceoutage SET ended_at = noticed_at",
    "there is one connection to WeCom": lambda: "UPDATE lifecycle_wecomconnection SET id = 2",
    "a WeCom owner belongs to a team and a person or to neither": lambda: (
        "UPDATE lifecycle_wecomowner SET person_id = (SELECT min(id) FROM groups_user)"
    ),
    "groups are registered by themselves only into a team": lambda: "UPDATE lifecycle_wecomowner SET registers = true",
    "a stay in a WeCom group begins once": lambda: again(
        "lifecycle_wecomstay", left_at="joined_at", left_on="joined_on"
    ),
    "a member is in a WeCom group once": lambda: again("lifecycle_wecomstay", joined_at="joined_at + interval '1 day'"),
    "a stay in a WeCom group ends after it begins": lambda: (
        "UPDATE lifecycle_wecomstay SET left_at = joined_at - interval '1 day', left_on = joined_on"
    ),
    "a WeCom run of the clock is once a day": lambda: again("lifecycle_wecomrun", done_at="opened_at"),
    "one WeCom run is open at a time": lambda: again("lifecycle_wecomrun", day="day + 1"),
    "a name in files means one group": lambda: again("lifecycle_groupalias"),
    "a source says one thing of a day": lambda: again("lifecycle_sourceday"),
    "a group ends before it is told": lambda: "UPDATE lifecycle_groupend SET ended_on = told_on + 1",
    "an end is a death or a success": lambda: "UPDATE lifecycle_groupend SET fate = 'alive'",
    "a success has no cause of death": lambda: "UPDATE lifecycle_groupend SET fate = 'completed'",
    "an undone import says by whom": lambda: "UPDATE lifecycle_import SET undone_at = now()",
    "a policy has a number in two bytes": lambda: again("lifecycle_policyversion", number="301"),
    "a policy says why": lambda: again("lifecycle_policyversion", number="2", reason="''"),
    "a draft says why": lambda: "UPDATE lifecycle_policydraft SET reason = ''",
    "an ended draft says when": lambda: "UPDATE lifecycle_policydraft SET state = 'dropped'",
    "a quiet season of a group begins once on a day": lambda: again("lifecycle_rest"),
    "a quiet season ends, within three hundred days": lambda: "UPDATE lifecycle_rest SET until_day = from_day + 300",
    "a quiet season says why": lambda: "UPDATE lifecycle_rest SET reason = ''",
    "an exemption of a group begins once on a day": lambda: again("lifecycle_exemption"),
    "an exemption ends, within one hundred and eighty days": lambda: (
        "UPDATE lifecycle_exemption SET until_day = from_day + 180"
    ),
    "the calendar is told of a year or of a day that says why": lambda: (
        "UPDATE lifecycle_calendarturn SET reason = '' WHERE day IS NOT NULL"
    ),
    "a day of the calendar lies in its year": lambda: (
        "UPDATE lifecycle_calendarturn SET year = 2020 WHERE day IS NOT NULL"
    ),
    "an exemption says why": lambda: "UPDATE lifecycle_exemption SET reason = ''",
    "what is learned is one row": lambda: "UPDATE lifecycle_lesson SET id = 2",
    "a group turns once in a trial": lambda: again("lifecycle_policyturn"),
    "what is deleted is counted once a day and kind": lambda: again("lifecycle_deletedofday"),
    "what was deleted was deleted at some time": lambda: "UPDATE lifecycle_deletedofday SET last_at = NULL",
    # Keys without a sentence of their own.
    "lifecycle_daily_202611_pkey": lambda: again("lifecycle_daily"),
    "lifecycle_health_202611_pkey": lambda: again("lifecycle_health"),
    "lifecycle_acting_202611_pkey": lambda: again("lifecycle_acting"),
    "lifecycle_nightrun_day_key": lambda: again("lifecycle_nightrun"),
}


@pytest.mark.parametrize("promise", BREAKS)
def test_the_database_refuses(one_of_everything, promise):
    with (
        pytest.raises(IntegrityError, match=f'"{promise}"'),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(BREAKS[promise]())
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_every_promise_has_an_entry():
    with connection.cursor() as cursor:
        cursor.execute(PROMISES)
        promised = {name for (name,) in cursor.fetchall()}
    assert promised <= set(BREAKS)


def test_a_row_of_a_team_cannot_lose_its_team(one_of_everything):
    make_user()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE lifecycle_case SET team_id = NULL")
