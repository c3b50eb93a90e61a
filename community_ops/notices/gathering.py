"""Finds what is to be told and to whom: one statement for each kind, over all groups.

Nothing is posted where things happen. What holds now is compared with what was told: a row that is missing is made, so
that nothing is lost with a killed worker and nothing is told twice, however often and by however many this runs.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from community_ops.reports.spans import last_day, last_span, last_week, week_name
from community_ops.watching import alarms, figures
from community_ops.watching.limits import NIGHT_LATE_FROM_HOUR
from groups.access import LEADERS_OF_TEAMS
from groups.models import NoticeKind, ReportKind
from groups.notices import DEFAULTS
from groups.undoing import WHILE_ONE_WAITS
from lifecycle.models import HealthState
from lifecycle.nights import due_day

RECENT_DAYS = 14  # what began earlier is no news
MONTH_IS_NEWS_DAYS = 14  # of the next month
REST_DAYS = 7  # a group is told of once in so many days for each kind of bad news
# Days before: each of them tells once more.
STAGES = {
    "case_soon": 7, "case_now": 1,
    "ending_first": 30, "ending_second": 15, "ending_last": 1,
    "condition_week": 7, "condition_day": 1, "condition_now": 0, "exemption_ends": 7,
}  # fmt: skip

# Put aside until a day, or until the group is worse: nobody is reminded of such a case.
ASLEEP = "(c.snoozed_until > %(today)s OR c.snoozed_until_worse_than IS NOT NULL) IS TRUE"
TELL = """
    WITH RECURSIVE {leaders}, found AS ({found})
    INSERT INTO groups_notice (user_id, team_id, group_id, kind, key, subject_id, facts, made_at,
        inside, to_digest, to_mail, read_at)
    SELECT f.user_id, f.team_id, f.group_id, f.kind, f.key, f.subject_id, f.facts, %(now)s,
        coalesce(c.inside, %(inside)s), coalesce(c.in_digest, %(in_digest)s), coalesce(c.by_mail, %(by_mail)s), NULL
    FROM (SELECT DISTINCT ON (user_id, key) * FROM found) f
    JOIN groups_user u ON u.id = f.user_id AND u.is_active
    LEFT JOIN groups_noticechoice c ON c.user_id = f.user_id AND c.kind = f.kind
    WHERE NOT EXISTS (SELECT 1 FROM groups_notice n WHERE n.user_id = f.user_id AND n.key = f.key)
        AND NOT EXISTS (SELECT 1 FROM groups_noticemute m WHERE m.user_id = f.user_id AND m.group_id = f.group_id)
    ON CONFLICT (user_id, key) DO NOTHING
"""
# The owner of the case or of its group, and who leads its team.
OPENED = """
    SELECT who.user_id, g.team_id, g.id AS group_id,
        CASE WHEN c.relapsed_on IS NULL THEN 'dying' ELSE 'relapse' END AS kind,
        'case-' || c.id || coalesce('-' || c.relapsed_on, '') AS key, c.id AS subject_id,
        jsonb_build_object('group', g.name, 'cause', c.cause, 'state', s.state, 'score', s.score) AS facts
    FROM lifecycle_case c JOIN groups_group g ON g.id = c.group_id
    LEFT JOIN lifecycle_standing s ON s.group_id = g.id
    LEFT JOIN leaders l ON l.team_id = g.team_id
    CROSS JOIN LATERAL (VALUES (coalesce(c.owner_id, g.owner_id)), (l.user_id)) who (user_id)
    WHERE c.ended_on IS NULL AND c.cause <> 'mission_complete'
        AND greatest(c.opened_on, c.relapsed_on) > %(made_up)s
        AND (c.state <> 'open' OR NOT {asleep} OR c.relapsed_on > %(made_up)s)"""
DECLINING = """
    SELECT g.owner_id AS user_id, g.team_id, g.id AS group_id, 'declining' AS kind,
        'declining-' || g.id || '-' || s.state_since AS key, g.id AS subject_id,
        jsonb_build_object('group', g.name, 'score', s.score, 'week_ago', s.score_week_ago) AS facts
    FROM lifecycle_standing s JOIN groups_group g ON g.id = s.group_id
    WHERE s.state = %(declining)s AND s.state_since > %(recent)s AND g.closed_on IS NULL AND g.archived_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM lifecycle_case c WHERE c.group_id = g.id AND c.ended_on IS NULL)
        AND NOT EXISTS (
            SELECT 1 FROM groups_notice n WHERE n.user_id = g.owner_id AND n.group_id = g.id
            AND n.kind IN ('dying', 'relapse', 'declining') AND n.made_at > %(rest)s)"""
WAITING = """
    SELECT who.user_id, g.team_id, g.id AS group_id, 'waiting' AS kind,
        'waiting-' || c.id || '-' || c.state_since || '-' || who.step AS key, c.id AS subject_id,
        jsonb_build_object('group', g.name, 'due', c.due_on, 'left', c.due_on - %(today)s::date) AS facts
    FROM lifecycle_case c JOIN groups_group g ON g.id = c.group_id
    LEFT JOIN leaders l ON l.team_id = g.team_id AND c.due_on < %(today)s
    CROSS JOIN LATERAL (VALUES
        (coalesce(c.owner_id, g.owner_id), CASE
            WHEN c.due_on - %(today)s::date <= %(case_now)s THEN %(case_now)s ELSE %(case_soon)s
        END),
        (l.user_id, 0)
    ) who (user_id, step)
    WHERE c.state = 'open' AND c.opened_on < %(today)s
        AND c.due_on > %(recent)s AND c.due_on - %(today)s::date <= %(case_soon)s
        AND NOT {asleep}"""
# A snooze is over, and the group did not get worse meanwhile (that would be a relapse).
WOKE = """
    SELECT who.user_id, g.team_id, g.id AS group_id, 'waiting' AS kind, 'woke-' || e.id AS key, c.id AS subject_id,
        jsonb_build_object('what', 'woke', 'group', g.name, 'due', c.due_on) AS facts
    FROM lifecycle_caseevent e JOIN lifecycle_case c ON c.id = e.case_id JOIN groups_group g ON g.id = c.group_id
    LEFT JOIN leaders l ON l.team_id = g.team_id
    CROSS JOIN LATERAL (VALUES (coalesce(c.owner_id, g.owner_id)), (l.user_id)) who (user_id)
    WHERE e.kind = 'woke' AND e.content ->> 'why' = 'time' AND e.at > %(recent)s AND c.state = 'open'
        AND NOT {asleep}"""
PROPOSED = """
    SELECT who.user_id, g.team_id, g.id AS group_id, 'approval' AS kind, 'proposed-' || e.id AS key,
        c.id AS subject_id,
        jsonb_build_object('what', 'proposal', 'group', g.name, 'person', p.display_name,
            'remedy', e.content ->> 'remedy') AS facts
    FROM lifecycle_caseevent e JOIN lifecycle_case c ON c.id = e.case_id JOIN groups_group g ON g.id = c.group_id
    JOIN groups_user p ON p.id = e.by_id
    JOIN leaders who ON who.team_id = g.team_id AND who.user_id <> e.by_id
    WHERE e.kind = 'propose' AND c.state IN ('open', 'planned', 'running', 'evaluating') AND e.at > %(recent)s
        AND (c.decided_at IS NULL OR c.decided_at < e.at)"""
# What only a manager takes on: the people have moved, or members stopped the end of their group, which its owner hears
# too, who muted it.
TO_SETTLE = """
    SELECT who.user_id, g.team_id, g.id AS group_id, 'approval' AS kind,
        'settle-' || c.id || '-' || c.state_since AS key, c.id AS subject_id,
        jsonb_build_object('group', g.name, 'what', CASE c.remedy WHEN 'migrate' THEN 'moved' ELSE 'stopped' END)
            AS facts
    FROM lifecycle_case c JOIN groups_group g ON g.id = c.group_id
    LEFT JOIN leaders l ON l.team_id = g.team_id
    CROSS JOIN LATERAL (VALUES
        (l.user_id), (CASE WHEN c.remedy <> 'migrate' THEN coalesce(c.owner_id, g.owner_id) END)
    ) who (user_id)
    WHERE c.state = 'evaluating' AND c.remedy <> 'revive' AND c.state_since > %(recent)s"""
# Whom the plan names to agree to an end, as long as they work in the team or above it; else the owner of the group.
TO_CONFIRM = """
    SELECT coalesce(approver.id, g.owner_id) AS user_id, g.team_id, g.id AS group_id, 'approval' AS kind,
        'confirm-' || c.id || '-' || c.plans AS key, c.id AS subject_id,
        jsonb_build_object('what', 'closing', 'group', g.name, 'person', p.display_name) AS facts
    FROM lifecycle_case c JOIN groups_group g ON g.id = c.group_id JOIN groups_user p ON p.id = c.decided_by_id
    LEFT JOIN groups_plan plan ON plan.group_id = g.id AND plan.superseded_at IS NULL
    LEFT JOIN groups_user approver ON approver.id = plan.dissolution_approver_id AND approver.is_active
        AND approver.id <> c.decided_by_id AND (approver.is_administrator OR EXISTS (
            WITH RECURSIVE above AS (
                SELECT g.team_id AS id
                UNION SELECT t.parent_id FROM groups_team t JOIN above ON t.id = above.id WHERE t.parent_id IS NOT NULL
            )
            SELECT 1 FROM groups_membership m JOIN above ON above.id = m.team_id
            WHERE m.user_id = approver.id AND (m.team_id = g.team_id OR m.role = 'manager')))
    WHERE c.state = 'closing' AND coalesce(approver.id, g.owner_id) <> c.decided_by_id AND c.decided_at > %(recent)s
        AND NOT EXISTS (
            SELECT 1 FROM lifecycle_caseevent e
            WHERE e.case_id = c.id AND e.kind = 'confirm' AND e.at >= c.decided_at)"""
# A week before an exemption ends, who leads the team says whether it goes on.
EXEMPT = """
    SELECT l.user_id, g.team_id, g.id AS group_id, 'approval' AS kind, 'exempt-' || x.id AS key, g.id AS subject_id,
        jsonb_build_object('what', 'exemption', 'group', g.name, 'ends', x.until_day) AS facts
    FROM lifecycle_exemption x JOIN groups_group g ON g.id = x.group_id JOIN leaders l ON l.team_id = g.team_id
    WHERE x.taken_back_at IS NULL AND g.closed_on IS NULL AND g.archived_at IS NULL
        AND x.until_day BETWEEN %(recent)s AND %(today)s::date + %(exemption_ends)s"""
EXCEPTIONS = """
    SELECT who.user_id, o.team_id, NULL::bigint AS group_id, 'approval' AS kind, 'exception-' || o.id AS key,
        v.assessment_id AS subject_id,
        jsonb_build_object('what', 'exception', 'plan', a.title, 'person', p.display_name) AS facts
    FROM assessments_override o JOIN assessments_verdict v ON v.id = o.verdict_id
    JOIN assessments_assessment a ON a.id = v.assessment_id JOIN groups_user p ON p.id = o.asked_by_id
    JOIN leaders who ON who.team_id = o.team_id AND who.user_id <> o.asked_by_id
    WHERE o.granted IS NULL AND o.asked_at > %(recent)s"""
STEPS = """
    SELECT coalesce(c.owner_id, g.owner_id) AS user_id, g.team_id, g.id AS group_id, 'step' AS kind,
        'steps-' || c.id || '-' || min(t.due_on) AS key, c.id AS subject_id,
        jsonb_build_object('group', g.name, 'steps', count(*), 'since', min(t.due_on)) AS facts
    FROM lifecycle_casetask t JOIN lifecycle_case c ON c.id = t.case_id AND t.plan = c.plans
    JOIN groups_group g ON g.id = c.group_id
    WHERE t.done_at IS NULL AND t.due_on <= %(today)s AND t.due_on > %(recent)s
        AND (c.state IN ('planned', 'running', 'closing', 'soft_closed')
             OR c.state = 'evaluating' AND c.remedy IN ('revive', 'migrate'))
    GROUP BY c.id, g.id"""
CONDITIONS = """
    SELECT o.owner_id AS user_id, o.team_id, NULL::bigint AS group_id, 'condition' AS kind,
        'condition-' || o.id || '-' || o.due_on || '-' || CASE
            WHEN o.due_on - %(today)s::date <= %(condition_now)s THEN %(condition_now)s
            WHEN o.due_on - %(today)s::date <= %(condition_day)s THEN %(condition_day)s
            ELSE %(condition_week)s END AS key,
        v.assessment_id AS subject_id, jsonb_build_object('plan', a.title, 'due', o.due_on) AS facts
    FROM assessments_condition o JOIN assessments_verdict v ON v.id = o.verdict_id
    JOIN assessments_assessment a ON a.id = v.assessment_id
    WHERE o.state <> 'done' AND o.owner_id IS NOT NULL
        AND o.due_on - %(today)s::date <= %(condition_week)s AND o.due_on > %(recent)s
        AND NOT EXISTS (SELECT 1 FROM assessments_verdict l WHERE l.assessment_id = v.assessment_id AND l.id > v.id)"""
ENDING = """
    SELECT g.owner_id AS user_id, g.team_id, g.id AS group_id, 'ending' AS kind,
        'ending-' || g.id || '-' || p.ends_on || '-' || CASE
            WHEN p.ends_on - %(today)s::date <= %(ending_last)s THEN %(ending_last)s
            WHEN p.ends_on - %(today)s::date <= %(ending_second)s THEN %(ending_second)s
            ELSE %(ending_first)s END AS key,
        g.id AS subject_id, jsonb_build_object('group', g.name, 'ends', p.ends_on) AS facts
    FROM groups_plan p JOIN groups_group g ON g.id = p.group_id
    WHERE p.superseded_at IS NULL AND g.closed_on IS NULL AND g.archived_at IS NULL
        AND p.ends_on BETWEEN %(today)s AND %(today)s::date + %(ending_first)s"""
# Files that a person sent: each wait for that person and each end is told once. What connected systems push is not.
IMPORTS = """
    SELECT i.uploaded_by_id AS user_id, i.team_id, NULL::bigint AS group_id, 'import' AS kind,
        'import-' || i.id || '-' || i.state AS key, i.id AS subject_id,
        jsonb_build_object('what', 'activity', 'file', i.file_name, 'state', i.state,
            'rows', i.rows_new + i.rows_changed, 'refused', i.rows_refused) AS facts
    FROM lifecycle_import i
    WHERE i.state IN ('ready', 'done', 'refused', 'repeated') AND i.uploaded_by_id IS NOT NULL AND i.kind <> 'api'
        AND coalesce(i.finished_at, i.uploaded_at) > %(recent)s"""
LISTS = """
    SELECT i.uploaded_by_id AS user_id, i.team_id, NULL::bigint AS group_id, 'import' AS kind,
        'list-' || i.id || '-' || i.state AS key, i.id AS subject_id,
        jsonb_build_object('what', 'list', 'file', i.file_name, 'state', i.state,
            'rows', i.rows_new + i.rows_changed, 'refused', i.rows_refused) AS facts
    FROM groups_registryimport i
    WHERE i.state IN ('columns', 'ready', 'done', 'refused')
        AND coalesce(i.finished_at, i.judged_at, i.uploaded_at) > %(recent)s"""
ORDERS = """
    SELECT i.uploaded_by_id AS user_id, i.team_id, NULL::bigint AS group_id, 'import' AS kind,
        'orders-' || i.id || '-' || i.state AS key, i.id AS subject_id,
        jsonb_build_object('what', 'orders', 'file', i.file_name, 'state', i.state, 'rows', i.outcome -> 'orders_new',
            'refused', i.rows_refused) AS facts
    FROM groups_orderimport i
    WHERE i.state IN ('columns', 'looked_at', 'done', 'refused', 'repeated') AND i.uploaded_by_id IS NOT NULL
        AND coalesce(i.decided_at, i.uploaded_at) > %(recent)s"""
SAMPLE = """
    SELECT w.asked_by_id AS user_id, NULL::bigint AS team_id, NULL::bigint AS group_id, 'import' AS kind,
        'sample-' || w.id || '-' || w.state AS key, NULL::bigint AS subject_id,
        jsonb_build_object('what', 'sample', 'load', w.kind = 'load', 'state', w.state) AS facts
    FROM groups_samplework w
    WHERE w.state IN ('done', 'refused', 'gave_up') AND w.asked_by_id IS NOT NULL AND w.ended_at > %(recent)s"""
# Of trials that found groups; one that was dropped meanwhile is no news.
TRIALS = """
    SELECT d.made_by_id AS user_id, NULL::bigint AS team_id, NULL::bigint AS group_id, 'import' AS kind,
        'trial-' || d.id AS key, d.id AS subject_id,
        jsonb_build_object('what', 'trial', 'state', d.state, 'groups', d.groups) AS facts
    FROM lifecycle_policydraft d
    WHERE d.state = 'tried' AND d.groups > 0 AND d.moved_at > %(recent)s"""
# Only those that a worker took back: with a few groups the person saw the end of it.
UNDONE = """
    SELECT coalesce(c.undone_by_id, c.undo_asked_by_id) AS user_id, NULL::bigint AS team_id,
        NULL::bigint AS group_id, 'import' AS kind, 'undone-' || c.id || '-' || c.asked_at || '-' || c.state AS key,
        c.id AS subject_id,
        jsonb_build_object('what', 'undone', 'state', c.state, 'back', c.groups_back, 'left', c.groups_left) AS facts
    FROM groups_registrychange c
    WHERE (c.state = 'undone' OR c.gave_up) AND c.asked_at > %(recent)s
        AND (SELECT count(*) FROM groups_changedgroup g WHERE g.change_id = c.id) > %(while_one_waits)s"""
# A file that went on need not be looked at where it waited before.
WENT_ON = """
    UPDATE groups_notice n SET read_at = %(now)s
    FROM groups_notice later
    WHERE n.kind = 'import' AND n.inside AND n.read_at IS NULL
        AND later.user_id = n.user_id AND later.kind = 'import' AND later.id > n.id
        AND later.subject_id = n.subject_id AND later.facts ->> 'what' = n.facts ->> 'what'
"""
# Who leads a team hears of last week once its last night is done, from the weekday on that they chose.
WEEKLY = """
    SELECT DISTINCT l.user_id, NULL::bigint AS team_id, NULL::bigint AS group_id, 'weekly' AS kind,
        'weekly-' || %(report_name)s AS key, NULL::bigint AS subject_id,
        jsonb_build_object('week', %(report_week)s::date, 'name', %(report_name)s::text) AS facts
    FROM leaders l LEFT JOIN groups_reportday d ON d.user_id = l.user_id
    WHERE coalesce(d.weekday, 0) <= %(weekday)s
        AND EXISTS (SELECT 1 FROM groups_group g WHERE g.team_id = l.team_id)
        AND EXISTS (SELECT 1 FROM lifecycle_nightrun r WHERE r.day >= %(report_ends)s AND r.done_at IS NOT NULL)"""
# And of last month likewise, in the first days of the next one: later it is no news.
MONTHLY = """
    SELECT DISTINCT l.user_id, NULL::bigint AS team_id, NULL::bigint AS group_id, 'monthly' AS kind,
        'monthly-' || %(month_name)s AS key, NULL::bigint AS subject_id,
        jsonb_build_object('name', %(month_name)s::text) AS facts
    FROM leaders l
    WHERE %(day_of_month)s <= %(month_is_news)s
        AND EXISTS (SELECT 1 FROM groups_group g WHERE g.team_id = l.team_id)
        AND EXISTS (SELECT 1 FROM lifecycle_nightrun r WHERE r.day >= %(month_ends)s AND r.done_at IS NOT NULL)"""
LATE_NIGHT = """
    SELECT u.id AS user_id, NULL::bigint AS team_id, NULL::bigint AS group_id, 'night' AS kind,
        'night-' || %(due_day)s AS key, NULL::bigint AS subject_id,
        jsonb_build_object('day', %(due_day)s::text) AS facts
    FROM groups_user u
    WHERE u.is_administrator AND %(night_may_be_late)s
        AND EXISTS (SELECT 1 FROM lifecycle_nightrun)
        AND NOT EXISTS (SELECT 1 FROM lifecycle_nightrun r WHERE r.day >= %(due_day)s AND r.done_at IS NOT NULL)"""
MACHINE = """
    SELECT u.id AS user_id, NULL::bigint AS team_id, NULL::bigint AS group_id, 'machine' AS kind,
        'machine-' || w.what || '-' || %(today)s AS key, NULL::bigint AS subject_id,
        jsonb_build_object('what', w.what, 'count', w.count) AS facts
    FROM groups_user u CROSS JOIN jsonb_to_recordset(%(machine)s::jsonb) AS w (what text, count integer)
    WHERE u.is_administrator"""
ROBOTS = """
    SELECT u.id AS user_id, NULL::bigint AS team_id, NULL::bigint AS group_id, 'robot' AS kind,
        'robot-' || r.id || '-' || r.paused_at AS key, r.id AS subject_id,
        jsonb_build_object('robot', r.name, 'problem', r.pause_reason) AS facts
    FROM groups_robot r CROSS JOIN groups_user u
    WHERE u.is_administrator AND r.paused_at IS NOT NULL AND r.pause_reason <> ''"""

STATEMENTS = {
    NoticeKind.DYING: (OPENED,),
    NoticeKind.DECLINING: (DECLINING,),
    NoticeKind.WAITING: (WAITING, WOKE),
    NoticeKind.APPROVAL: (PROPOSED, TO_CONFIRM, TO_SETTLE, EXEMPT, EXCEPTIONS),
    NoticeKind.STEP: (STEPS,),
    NoticeKind.CONDITION: (CONDITIONS,),
    NoticeKind.ENDING: (ENDING,),
    NoticeKind.IMPORT: (IMPORTS, LISTS, ORDERS, TRIALS, UNDONE, SAMPLE),
    NoticeKind.WEEKLY: (WEEKLY,),
    NoticeKind.MONTHLY: (MONTHLY,),
    NoticeKind.NIGHT: (LATE_NIGHT,),
    NoticeKind.ROBOT: (ROBOTS,),
    NoticeKind.MACHINE: (MACHINE,),
}


@transaction.atomic
def gather(*, now: datetime) -> dict[NoticeKind, int]:
    """Make the notices that are missing; returns how many of each kind."""
    local = timezone.localtime(now)
    today = local.date()
    month = last_span(ReportKind.MONTHLY, today)
    about = STAGES | {
        "now": now,
        "today": today,
        "recent": today - timedelta(days=RECENT_DAYS),
        "made_up": today - timedelta(days=settings.NIGHT_DAYS_BACK),  # nights may be made up as late as that
        "rest": now - timedelta(days=REST_DAYS),
        "weekday": today.weekday(),
        "report_week": last_week(today),
        "report_ends": last_day(last_week(today)),
        "report_name": week_name(last_week(today)),
        "month_name": month.name,
        "month_ends": month.last,
        "day_of_month": today.day,
        "month_is_news": MONTH_IS_NEWS_DAYS,
        "declining": HealthState.DECLINING.value,
        "due_day": due_day(now),
        "while_one_waits": WHILE_ONE_WAITS,
        "machine": json.dumps(
            [{"what": what, "count": count} for what, count in alarms.standing(figures.read(now=now)).items()]
        ),
        "night_may_be_late": local.hour >= max(NIGHT_LATE_FROM_HOUR, settings.NIGHT_STARTS_AT_HOUR + 1),
    }
    made: dict[NoticeKind, int] = {}
    with connection.cursor() as cursor:
        for kind, statements in STATEMENTS.items():
            made[kind] = sum(_tell(cursor, statement, kind, about) for statement in statements)
        if made[NoticeKind.IMPORT]:
            cursor.execute(WENT_ON, about)
    return made


def _tell(cursor: Any, found: str, kind: NoticeKind, about: dict[str, Any]) -> int:
    usual = DEFAULTS[kind]
    cursor.execute(
        TELL.format(leaders=LEADERS_OF_TEAMS, found=found.replace("{asleep}", ASLEEP)),
        about | {"inside": usual.inside, "in_digest": usual.in_digest, "by_mail": usual.by_mail},
    )
    return cursor.rowcount
