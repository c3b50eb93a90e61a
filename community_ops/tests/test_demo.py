"""The demo as a company sees it: loaded through the front door, removable without a trace, the same every day."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from community_ops.demo.activity import days_of
from community_ops.demo.clearing import STATEMENTS, clear_demo
from community_ops.demo.money import lines_of_month
from community_ops.demo.roster import roster
from groups.models import GroupCoOwner, RegistryChange, Team, User
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_line

TODAY = date(2026, 11, 22)


def test_every_model_and_fate_is_there():
    shapes = roster()
    assert len(shapes) == len({shape.key for shape in shapes}) == len({shape.name for shape in shapes}) == 128
    assert {shape.monetization for shape in shapes} == {
        "paid_access", "flash_sale", "repurchase", "new_customer", "sponsorship", "none",
    }  # fmt: skip
    assert {shape.layer for shape in shapes} == {"none", "mass", "course", "vip"}
    assert len({shape.life for shape in shapes}) == 15


def test_two_people_took_on_too_much_and_the_others_have_their_hours():
    asked: dict[str, Decimal] = defaultdict(Decimal)
    for shape in roster():
        asked[shape.owner] += shape.weekly_hours
    assert sorted(person for person, hours in asked.items() if hours > 40) == ["demo-liuy", "demo-wangq"]
    assert all(15 <= hours <= 50 for hours in asked.values())


def test_lines_lie_over_the_whole_month_and_say_the_same_every_time():
    shape = next(shape for shape in roster() if shape.key == "tea-01")
    days = days_of(shape, TODAY)
    places = [place for place, day in enumerate(days.days) if (day.year, day.month) == (2026, 10)]
    lines, again = ([*lines_of_month(days, date(2026, 10, 1), places, TODAY)] for _ in range(2))
    assert lines == again
    revenue = [line for line in lines if line.kind == "revenue"]
    assert [line.on.day for line in revenue] == [7, 14, 21, 28, 31]
    assert sum(line.figures["amount"] for line in revenue) * 100 == sum(days.counts["revenue_cents"][p] for p in places)
    assert len({line.on for line in lines}) >= 6


@pytest.mark.parametrize("key", ["tea-01", "mom-01", "spon-02"])
def test_the_same_day_makes_the_same_history(key):
    shape = next(shape for shape in roster() if shape.key == key)
    first, again = days_of(shape, TODAY), days_of(shape, TODAY)
    assert first == again
    assert first.days[-1] == TODAY
    assert all(ads <= messages for ads, messages in zip(first.counts["ads"], first.counts["messages"], strict=True))
    idle = [first.counts.get(name, [0] * len(first.days)) for name in ("filler", "incentivised")]
    counted = [said - sum(left_out) for said, *left_out in zip(first.counts["messages"], *idle, strict=True)]
    assert all(sum(n for _, n in day) == counted[at] for at, day in enumerate(first.speakers))
    assert any(sum(days) for days in idle) == (shape.activity == "conversation")


def test_a_source_that_went_silent_says_nothing_about_the_days_after():
    shape = next(shape for shape in roster() if shape.life == "lost_sight")
    assert days_of(shape, TODAY).days[-1] < TODAY - timedelta(days=20)


@pytest.mark.django_db
def test_clearing_takes_the_demo_and_nothing_else():
    demo, ours = make_group(team=make_team(is_demo=True)), make_group()
    assert clear_demo() == {"teams": 1, "groups": 1, "people_closed": 0}
    assert list(Team.objects.values_list("pk", flat=True)) == [ours.team_id]
    assert demo.team_id not in Team.objects.values_list("pk", flat=True)
    assert clear_demo() == {"teams": 0, "groups": 0, "people_closed": 0}


@pytest.mark.django_db
def test_who_of_the_demo_worked_in_other_teams_stays_there_by_name_and_signs_in_no_more():
    """Administrators of the demo undid, or asked to undo, what a person of another team had changed, and kept books."""
    demo, now = make_team(is_demo=True), timezone.now()
    undid, asked, booked, idle = (
        make_user(is_demo=True, is_administrator=True, username=name) for name in ("adm-1", "adm-2", "adm-3", "adm-4")
    )
    ours = make_group(name="Ours", team=make_team(parent=demo))
    GroupCoOwner.objects.create(group=ours, user=idle)
    change = {"kind": RegistryChange.Kind.LAYER, "by": ours.owner, "at": now}
    undone = RegistryChange.objects.create(token=uuid4(), state="undone", undone_at=now, undone_by=undid, **change)
    undoing = RegistryChange.objects.create(token=uuid4(), state="undoing", undo_asked_by=asked, **change)
    line = make_line(ours, "5.00", by=booked)
    assert clear_demo() == {"teams": 1, "groups": 0, "people_closed": 3}
    connection.check_constraints()
    for row in (undone, undoing, line):
        row.refresh_from_db()
    kept = [undone.undone_by, undoing.undo_asked_by, line.entered_by]
    assert [(each.pk, each.display_name) for each in kept] == [
        (each.pk, each.display_name) for each in (undid, asked, booked)
    ]
    assert not any(
        each.is_active or each.is_administrator or each.is_demo or each.has_usable_password() for each in kept
    )
    assert not User.objects.filter(Q(username__startswith="adm-") | Q(pk=idle.pk)).exists()
    assert Team.objects.get().parent is None


@pytest.mark.django_db
def test_a_group_of_others_that_the_demo_owns_is_handed_over_before_the_demo_goes():
    demo, ours = make_team(is_demo=True), make_team()
    make_group(name="Ours", team=ours, owner=make_user(ours, is_demo=True))
    with pytest.raises(CommandError, match="that people of the demo own: Ours"):
        call_command("demo", "clear")
    assert Team.objects.filter(pk=demo.pk).exists()


def test_clearing_knows_every_table_of_a_team():
    """A table added later with a team or a group must be cleared too, or its rows keep the demo from going."""
    tables = {
        model._meta.db_table
        for model in apps.get_models()
        if {"team_id", "group_id"} & {field.attname for field in model._meta.concrete_fields}
    }
    kept = {"groups_auditentry"}  # the record outlives what it speaks of
    cleared = " ".join(STATEMENTS)
    assert [table for table in sorted(tables - kept) if table not in cleared] == []
