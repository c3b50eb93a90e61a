"""Two teams with one of everything each, and one person of every kind."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from assessments.models import Assessment
from assessments.tests.filling import EXAMPLE, fill, submit
from assessments.tests.making import make_assessment
from community_ops.notices import robots
from groups import bulk_changes, papers
from groups.handover import hand_over
from groups.invitations import invite
from groups.models import (
    Allocation,
    Group,
    GroupFile,
    Handover,
    Invitation,
    LedgerLine,
    Notice,
    OrderImport,
    OutboxMessage,
    Placement,
    RegistryChange,
    RegistryImport,
    Robot,
    Team,
    User,
)
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_lists import previewed
from groups.tests.making_money import make_allocation, make_line
from groups.tests.making_orders import look_at, order
from groups.tests.making_sponsors import make_partner, make_placement
from lifecycle.models import Case, CaseTask, Import, PolicyDraft, WecomOwner
from lifecycle.tests.cases.making import make_case, make_decided, make_dying_group
from lifecycle.tests.making_imports import import_bytes
from lifecycle.tests.policy_making import make_draft

NOW = timezone.now()
PEOPLE = ("nobody", "disabled", "operator", "manager", "stranger", "strange_manager", "administrator")


@dataclass(frozen=True)
class Belongings:
    """What a team has: one of everything that an address can name."""

    team: Team
    operator: User
    manager: User
    group: Group
    line: LedgerLine
    allocation: Allocation
    case: Case
    moving: Case
    step: CaseTask
    draft: Assessment
    decided: Assessment
    condition: int
    upload: Import
    invitation: Invitation
    secret: str
    handover: Handover
    change: RegistryChange
    listing: RegistryImport
    paper: GroupFile
    orders: OrderImport
    placement: Placement
    wecom_owner: WecomOwner
    notice: Notice
    robot: Robot
    policy_draft: PolicyDraft


@dataclass(frozen=True)
class World:
    own: Belongings
    foreign: Belongings
    people: dict[str, User | None]


def make_world() -> World:
    """The world of the team `own`: its people, strangers of the other team, an administrator, nobody."""
    own, foreign = make_belongings("Own"), make_belongings("Foreign")
    OutboxMessage.objects.update(sent_at=NOW)  # nothing waits, however long the cells take
    disabled = make_user(own.team)
    people = {
        "nobody": None,
        "disabled": disabled,
        "operator": own.operator,
        "manager": own.manager,
        "stranger": foreign.operator,
        "strange_manager": foreign.manager,
        "administrator": make_user(is_administrator=True),
    }
    return World(own, foreign, people)


def make_belongings(word: str) -> Belongings:
    """One of everything; `word` is in every name, so that a page shows whose things it lists."""
    team = make_team(name=f"{word} team")
    operator = make_user(team, display_name=f"{word} operator")
    manager = make_user(team, "manager", display_name=f"{word} manager")
    group = make_dying_group(team=team, owner=operator, name=f"{word} group")
    case = make_decided(make_case(group), "revive", by=manager)
    draft = make_assessment(team, operator)
    client = Client()
    client.force_login(operator)
    decided = make_assessment(team, operator)
    fill(client, decided, EXAMPLE | {"basics/name": EXAMPLE["basics/name"] | {"name": f"{word} plan"}}, operator)
    verdict = submit(client, decided)
    decided.refresh_from_db()
    invitation, secret = invite(team=team, role="operator", name=f"{word} guest", token=uuid4(), by=manager, now=NOW)
    (handover,) = hand_over(
        groups=[make_group(team=team, owner=manager, name=f"{word} other group").pk],
        from_owner=manager,
        to_owner=operator,
        by=manager,
        now=NOW,
    )
    change = bulk_changes.change_many(
        groups=Group.objects.filter(pk=group.pk),
        kind=RegistryChange.Kind.ADD_TAG,
        value="world",
        token=uuid4(),
        by=operator,
        now=timezone.now(),
    ).change
    group.refresh_from_db()
    return Belongings(
        team=team,
        operator=operator,
        manager=manager,
        group=group,
        line=make_line(group, "12.50", by=operator),
        allocation=make_allocation(team, {group: "1"}, note=f"{word} rent", by=manager),
        case=case,
        moving=make_decided(make_case(make_dying_group(team=team, name=f"{word} moving")), "migrate", by=manager),
        step=CaseTask.objects.filter(case=case).earliest("pk"),
        draft=draft,
        decided=decided,
        condition=verdict.conditions.earliest("pk").pk,
        upload=import_bytes(
            f"group,date,messages\n{word} chat,2026-06-01,3\n".encode(), team=team, owner=operator, name=f"{word}.csv"
        ),
        invitation=invitation,
        secret=secret,
        handover=handover,
        change=change,
        paper=papers.add_file(
            group=group, name=f"{word}.pdf", content=b"%PDF-1.7 x", token=uuid4(), by=operator, now=timezone.now()
        ),
        listing=previewed(
            team, operator, f"name,opened on\n{word} listed,2026-06-01\n".encode(), file_name=f"{word}.csv"
        ),
        orders=look_at(team, order(f"{word} order"), file_name=f"{word} orders.csv", by=operator),
        placement=make_placement(group, make_partner(team, name=f"{word} partner")),
        wecom_owner=WecomOwner.objects.create(userid=f"{word}-owner", first_seen_at=NOW),
        notice=Notice.objects.create(
            user=operator,
            team=team,
            group=group,
            kind="ending",
            key=f"ending-{group.pk}",
            subject_id=group.pk,
            facts={"group": group.name, "ends": "2026-12-01"},
            made_at=timezone.now(),
        ),
        robot=robots.add_robot(
            name=f"{word} robot",
            service="wecom",
            address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-0123-4567",
            team=team,
            language="en",
            on_holidays=False,
            by=manager,
            now=timezone.now(),
        ),
        policy_draft=make_draft(make_user(is_administrator=True)),
    )


def client_of(world: World, person: str) -> Client:
    """A browser in which the person is signed in; the account of `disabled` was closed since."""
    client = Client(raise_request_exception=False)
    user = world.people[person]
    if user:
        client.force_login(user)
        if person == "disabled":
            User.objects.filter(pk=user.pk).update(is_active=False)
    return client
