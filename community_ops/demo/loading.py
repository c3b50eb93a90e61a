"""Loads the demo from the first team to the last night, and knows whether it was loaded to the end."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from community_ops.demo.activity import days_of
from community_ops.demo.bookkeeping import hours_since, keep_books, set_prices
from community_ops.demo.casework import decide_in_time, work_early_cases, work_late_cases
from community_ops.demo.clearing import clear_demo
from community_ops.demo.company import Company, found_company
from community_ops.demo.history import bring_in_history
from community_ops.demo.judging import judge
from community_ops.demo.models import change_models
from community_ops.demo.money import enter_money, set_up_categories
from community_ops.demo.moves import move_people
from community_ops.demo.one_at_a_time import demo_in_our_hands
from community_ops.demo.orders import bring_in_orders
from community_ops.demo.papers import keep_papers
from community_ops.demo.plans import fill_assessments
from community_ops.demo.reviewing import hold_reviews
from community_ops.demo.roster import roster
from community_ops.demo.settling import settle_people
from community_ops.demo.sponsors import place_sponsors
from community_ops.demo.stages import BEGINS, Tell, within
from community_ops.demo.track_record import keep_track_record
from community_ops.demo.waiting_import import leave_a_file
from community_ops.notices import gathering
from groups import audit
from groups.models import AuditEntry, Team
from lifecycle import endings
from lifecycle.held_off import nights_held_off
from lifecycle.models import Case, DirtyGroup, Standing

LOADED = "demo loaded"
EARLY_DAYS_AGO = 32  # the first night that is judged as a night; cases of that time were worked since
DAYS_AT_ONCE = 4


def is_half_made() -> bool:
    """Whether a load was cut short: there are demo teams, but the last of them was never declared complete."""
    newest = Team.objects.filter(is_demo=True).order_by("-pk").first()
    return newest is not None and not AuditEntry.objects.filter(verb=LOADED, object_id=newest.pk).exists()


def first_day_not_loaded() -> date | None:
    """The day on which the demo was loaded: its history ends with the day before. None where it is not there."""
    newest = Team.objects.filter(is_demo=True).aggregate(newest=Max("pk"))["newest"]
    loaded = AuditEntry.objects.filter(verb=LOADED, object_id=newest).order_by("-pk").first()
    return timezone.localdate(loaded.at) if loaded else None


def load_demo(
    *, password: str | None, now: datetime, today: date, tell: Tell = lambda stage, percent: None
) -> dict[str, int]:
    """Make the demo anew; returns counts. A load that was killed is begun again from nothing by the next one.

    Without a password nobody of the demo can sign in. Workers that run beside it wait: they would judge its early
    nights before the cases of those days are decided. Raises DemoInHands, DemoOwnsGroups.
    """
    with demo_in_our_hands(), nights_held_off():
        return _load(password=password, now=now, today=today, tell=tell)


def _load(*, password: str | None, now: datetime, today: date, tell: Tell) -> dict[str, int]:
    def begin(stage: str) -> None:
        tell(stage, BEGINS[stage])

    begin("clearing")
    clear_demo()
    yesterday = today - timedelta(days=1)
    with transaction.atomic():
        begin("company")
        company = found_company(password=password, now=now, today=today)
        days_by_group = {
            shape.key: days for shape in roster() if (days := days_of(shape, last_day=yesterday)) is not None
        }
        begin("money")
        categories = set_up_categories(company=company, now=now)
        set_prices(categories=categories, company=company, today=today, now=now)
        lines = enter_money(
            company=company,
            categories=categories,
            days_by_group=days_by_group,
            hours_until=hours_since(today),
            now=now,
        )
        bring_in_orders(company=company, now=now, today=today)
        begin("plans")
        fill_assessments(company=company, now=now, today=today)
        change_models(company=company, now=now, today=today)
        move_people(company=company, now=now, today=today)
        place_sponsors(company=company, now=now, today=today)
    begin("activity")
    rows = bring_in_history(company=company, days_by_group=days_by_group, now=now, today=today)
    begin("books")
    with transaction.atomic():
        keep_books(company=company, categories=categories, today=today, now=now)
    begin("nights")
    _live_through(company, today, tell)
    begin("papers")
    keep_papers(company=company, now=now)
    leave_a_file(company=company, now=now, today=today)
    hold_reviews(company=company, now=now, today=today)
    keep_track_record(company=company, now=now, today=today)
    begin("people")
    with transaction.atomic():
        settle_people(company=company, now=now)
        # All is judged. What the upkeep marked meanwhile would be judged once more by the nights of others.
        DirtyGroup.objects.filter(group__in=company.groups.values()).delete()
        _declare(company, now)
    endings.freshen(now=now)
    gathering.gather(now=now)
    teams = [team.pk for team in company.teams.values()]
    return {
        "teams": len(teams),
        "groups": Standing.objects.filter(team__in=teams).count(),
        "activity rows": rows,
        "ledger lines": lines,
        "cases": Case.objects.filter(team__in=teams).count(),
    }


def _live_through(company: Company, today: date, tell: Tell) -> None:
    """The nights of the last weeks, with what people do about cases in between."""
    early = today - timedelta(days=EARLY_DAYS_AGO)
    judge(company, early, early)
    work_early_cases(company=company, on=early + timedelta(days=1))
    for back in range(EARLY_DAYS_AGO - 1, 0, -DAYS_AT_ONCE):  # in steps, so that cases open on different days
        tell("nights", within("nights", EARLY_DAYS_AGO - back, EARLY_DAYS_AGO))
        last = today - timedelta(days=max(back - DAYS_AT_ONCE + 1, 1))
        judge(company, today - timedelta(days=back), last)
        if last < today - timedelta(days=1):
            decide_in_time(company=company, on=last + timedelta(days=1), within=DAYS_AT_ONCE)
    work_late_cases(company=company, on=today - timedelta(days=1))


@transaction.atomic
def _declare(company: Company, now: datetime) -> None:
    newest = max(company.teams.values(), key=lambda team: team.pk)
    audit.record(verb=LOADED, thing=newest, by=None, now=now)
