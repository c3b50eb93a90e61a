"""Writes the people, teams, groups and plans of the demo, through the product's own writers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, count

from community_ops.demo import roster
from community_ops.demo.model_inputs import inputs_of
from community_ops.demo.shapes import Shape
from groups.models import Group, Membership, Team, User
from groups.registration import register_group
from groups.rules.plan_terms import PlanTerms

SIGNS_IN = ("op", "mgr", "adm")
UPSTREAM = {shape.upstream for shape in roster.roster()}


@dataclass
class Company:
    teams: dict[str, Team]
    people: dict[str, User]
    groups: dict[str, Group]


def found_company(*, password: str | None, now: datetime, today: date) -> Company:
    """Make teams, people and groups. Three people can sign in, with this password; without one nobody can."""
    teams = {slug: Team.objects.create(slug=slug, name=name, is_demo=True) for slug, name in roster.TEAMS}
    people = _people(teams, password)
    groups: dict[str, Group] = {}
    for shape in roster.roster():
        opened_on = today - timedelta(days=shape.opened_days_ago)
        groups[shape.key] = register_group(
            team=teams[shape.team],
            name=shape.name,
            platform=shape.platform,
            owner=people[shape.owner],
            opened_on=opened_on,
            plan=terms_of(shape, opened_on, today, people["mgr"].pk),
            external_id=shape.key,
            theme=shape.theme,
            layer=shape.layer,
            tags=shape.tags,
            upstream=groups.get(shape.upstream),
            member_cap=500 if shape.platform in ("wecom", "wechat") else None,
            inputs=inputs_of(shape, today),
            by=people[shape.owner],
            now=now - timedelta(days=shape.opened_days_ago),
        )
    return Company(teams, people, groups)


def terms_of(shape: Shape, opened_on: date, today: date, approver_id: int) -> PlanTerms:
    """The plan that the group was opened with."""
    transaction = shape.activity == "transaction"
    monthly_orders = Decimal(str(shape.pace)) * 30 * (1 if transaction else Decimal("0.05"))
    revenue = (monthly_orders * shape.order_value).quantize(Decimal("0.01")) if shape.order_value else None
    cost = (shape.weekly_hours * 52 / 12 * 80 + 300).quantize(Decimal("0.01"))
    return PlanTerms(
        monetization=shape.monetization,
        activity_kind=shape.activity,
        lifespan=shape.lifespan,
        starts_on=opened_on,
        ends_on=today + timedelta(days=shape.ends_in_days) if shape.ends_in_days is not None else None,
        renewal_on=today + timedelta(days=30 + shape.opened_days_ago % 60) if shape.lifespan == "lasting" else None,
        signal=shape.signal or ("buyers_7" if transaction else "speakers_7"),
        signal_target=Decimal(shape.signal_target or (8 if transaction else 6)),
        goal_28=int(shape.pace * 28 * 0.8),
        goal_people_28=None if transaction else max(6, int(min(shape.members * 0.08, 20))),
        mission="卖完备货，三天内发完售后通知" if shape.lifespan == "flash" else "",
        weekly_hours=shape.weekly_hours,
        max_posts_per_day=2 if transaction else 3,
        quiet_from=time(22) if transaction else None,  # coupons wake nobody; who talks decides for themselves
        quiet_to=time(8) if transaction else None,
        placements_per_month=2 if shape.monetization == "sponsorship" else None,
        review_every_days=14,
        at_risk_after_days=14,
        revive_for_days=14,
        dissolve_after_days=14,
        dissolution_approver_id=approver_id,
        planned_revenue=revenue,
        planned_cost=cost,
        planned_net=(revenue * shape.margin - cost).quantize(Decimal("0.01")) if revenue else None,
        planned_conversion=Decimal("0.08") if revenue else None,
        promotion_percent=Decimal({"mass": 3, "course": 5}[shape.layer]) if shape.key in UPSTREAM else None,
    )


def _people(teams: dict[str, Team], password: str | None) -> dict[str, User]:
    people = {}
    for username, name, team, role in roster.PEOPLE:
        user = User(
            username=_free_name(username),
            display_name=name,
            email="" if password is None else f"{username}@demo.invalid",  # no mail is sent to it
            is_administrator=role == "administrator",
            is_demo=True,
        )
        if username in SIGNS_IN:
            user.set_password(password)  # without one it is unusable
        else:
            user.set_unusable_password()
        user.save()
        people[username] = user
        for slug in teams if team == "*" else [team] if team else []:
            Membership.objects.create(user=user, team=teams[slug], role=role)
    return people


def _free_name(username: str) -> str:
    """The user name, or one after it where somebody of the installation has it already."""
    taken = set(User.objects.filter(username__startswith=username).values_list("username", flat=True))
    others = (f"{username}-{number}" for number in count(2))
    return next(name for name in chain([username], others) if name not in taken)
