"""Writes what has become of the demo's people: a team above the others, co-owners, a leaver, and an open invitation."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from community_ops.demo.company import Company
from groups.handover import confirm_on_platform, hand_over, set_co_owners
from groups.invitations import invite, revoke
from groups.models import Group, Team, User
from groups.people import close_account, set_role
from groups.teams import change_team, create_team

CENTRE = "社群运营中心（演示）"
LAST_SEEN_HOURS = {"op": 2, "mgr": 5, "adm": 20, "demo-wangq": 3, "demo-chenj": 26, "demo-zhaol": 8, "demo-liuy": 50}
HELPERS = {"op": "demo-wangq", "demo-wangq": "op", "demo-liuy": "demo-huangx", "demo-suny": "demo-xum"}


def settle_people(*, company: Company, now: datetime) -> None:
    """Through the product's own writers, after the groups have their history."""
    centre = create_team(name=CENTRE, parent=None, by=company.people["adm"], now=now - timedelta(days=200))
    Team.objects.filter(pk=centre.pk).update(is_demo=True)
    for team in company.teams.values():
        change_team(team=team, name=team.name, parent=centre, by=company.people["adm"], now=now - timedelta(days=200))
    company.teams["demo-centre"] = centre
    for username, hours in LAST_SEEN_HOURS.items():
        User.objects.filter(pk=company.people[username].pk).update(last_login=now - timedelta(hours=hours))
    _co_owners(company, now)
    _leaver(company, now)
    _still_to_do(company, now)
    _invitations(company, now)


def _groups_of(company: Company, username: str, count: int) -> list[Group]:
    return list(Group.objects.running().filter(owner=company.people[username]).order_by("pk")[:count])


def _co_owners(company: Company, now: datetime) -> None:
    for owner, helper in HELPERS.items():
        for group in _groups_of(company, owner, 3):
            set_co_owners(
                group=group,
                users=[company.people[helper]],
                by=company.people["mgr"],
                now=now - timedelta(days=30),
            )


def _leaver(company: Company, now: datetime) -> None:
    """林芳 ran two groups for six weeks, gave them back and left."""
    came, left = now - timedelta(days=62), now - timedelta(days=18)
    owner, adm = company.people["demo-chenj"], company.people["adm"]
    leaver = User(username="demo-linf", display_name="林芳", is_demo=True)
    leaver.set_unusable_password()
    leaver.last_login = left
    leaver.save()
    company.people["demo-linf"] = leaver
    set_role(user=leaver, team=company.teams["demo-east"], role="operator", by=adm, now=came)
    groups = [group.pk for group in _groups_of(company, "demo-chenj", 2)]
    for giver, taker, at, why in ((owner, leaver, came, "陈静手上群太多"), (leaver, owner, left, "离职")):
        made = hand_over(groups=groups, from_owner=giver, to_owner=taker, by=company.people["mgr"], now=at, reason=why)
        confirm_on_platform(handovers=[row.pk for row in made], by=company.people["mgr"], now=at + timedelta(hours=3))
    close_account(user=leaver, by=adm, now=left, reason="离职")


def _still_to_do(company: Company, now: datetime) -> None:
    """Three groups changed hands this morning; nobody did it in WeCom yet."""
    groups = [group.pk for group in _groups_of(company, "demo-zhaol", 3)]
    hand_over(
        groups=groups,
        from_owner=company.people["demo-zhaol"],
        to_owner=company.people["demo-huangx"],
        by=company.people["mgr"],
        now=now - timedelta(hours=2),
        reason="赵磊转去做会员日",
    )


def _invitations(company: Company, now: datetime) -> None:
    mgr, adm = company.people["mgr"], company.people["adm"]
    east, south = company.teams["demo-east"], company.teams["demo-south"]
    for name, team, role, by, days in (
        ("周敏（实习）", east, "operator", mgr, 2),
        ("吴涛", south, "manager", adm, 1),
        ("郑洁", south, "operator", mgr, 12),
    ):
        at = now - timedelta(days=days)
        made, _secret = invite(team=team, role=role, name=name, token=uuid4(), by=by, now=at)
        if name == "吴涛":
            revoke(invitation=made, by=adm, now=at + timedelta(hours=1))
