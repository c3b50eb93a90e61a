"""The pages of the ledger in a real browser, and the worked case of a slide-design teaching community."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, press, shoot, words
from groups import cost_categories, labour, ledger, months, recurring
from groups.models import Allocation, Group, LedgerLine, Team, User
from groups.rules.months import month_of
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_allocation, make_category, make_hours, make_line, make_recurring
from lifecycle.models import DailyActivity
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import KNOWN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHINESE = re.compile("[㐀-鿿]")
LOOKS = [
    ("phone", "zh-hans", "light"),
    ("small", "en", "dark"),
    ("desktop", "en", "light"),
    ("desktop", "zh-hans", "dark"),
]


@dataclass(frozen=True)
class Scene:
    team: Team
    operator: User
    manager: User
    administrator: User
    group: Group
    line: LedgerLine
    allocation: Allocation


@pytest.fixture
def scene(transactional_db) -> Scene:
    """A team with everything that the pages of the ledger can show."""
    today, now = timezone.localdate(), timezone.now()
    team = make_team(name="East region")
    operator = make_user(team, display_name="Lin Xiao", weekly_hours=6)
    manager = make_user(team, "manager", display_name="Chen Yu")
    administrator = make_user(display_name="Zhou Min", is_administrator=True)
    group = make_group(team=team, owner=operator, name="Slide design beginners 1", plan_weekly_hours=Decimal(5))
    other = make_group(team=team, owner=operator, name="Slide design beginners 2", plan_weekly_hours=Decimal(4))
    quiet = make_group(team=team, owner=manager, name="Paper folding")
    ensure_months(today, today)
    for each, members in ((group, 312), (other, 107)):
        DailyActivity.objects.create(group_id=each.pk, day=today, known=KNOWN["members"], members=members)
    adverts = make_category("acquisition", name="Advert placement")
    video = make_category("acquisition", name="Video adverts", parent=adverts)
    make_category("acquisition", name="Short clips", parent=video)
    make_category("acquisition", name="Referral reward", priced_by="person", default_price=Decimal(5))
    staff = make_category("labour", name="Community staff", priced_by="hour", default_price=Decimal(80))
    cost_categories.set_price(
        category=staff, price=Decimal(90), since=today + timedelta(days=7), by=administrator, now=now
    )
    tools = make_category("operations", name="Software")
    make_category("operations", name="Venue", priced_by="occasion", archived_at=now)
    labour.set_rate(person=None, role="operator", price=Decimal(80), since=today, by=administrator, now=now)
    labour.set_rate(person=manager, role="", price=Decimal(120), since=today, by=administrator, now=now)
    line = make_line(group, "1280.00", on=today, goods_cost=Decimal(0), note="Course fee", by=operator)
    ledger.refund_line(
        line=line, amount=Decimal(128), on=today, goods_returned=False, note="Left after a day", token=uuid4(),
        by=operator, now=now,
    )  # fmt: skip
    make_hours(group, "2.5", on=today, category=staff, by=operator)
    make_hours(group, "6", on=today - timedelta(days=today.weekday() + 3), category=staff, by=operator)
    made = make_allocation(team, {group: "312", other: "107", quiet: None}, "300.00", category=tools, on=today)
    make_recurring(group, category=tools, note="Whiteboard", starts_on=month_of(today))
    make_recurring(quiet, category=tools, measure="members", amount=None, unit_price=Decimal("0.5"), starts_on=today)
    recurring.pause(line=make_recurring(other, category=tools, rhythm="weekly"), by=operator, now=now)
    recurring.enter_due(today=today, now=now, members_on=lambda group_id, day: None)
    last_month = month_of(month_of(today) - timedelta(days=1))
    months.close_month(team=team, month=last_month, by=manager, now=now)
    before = month_of(last_month - timedelta(days=1))
    months.close_month(team=team, month=before, by=manager, now=now)
    months.reopen_month(team=team, month=before, reason="An invoice came late", by=manager, now=now)
    return Scene(team, operator, manager, administrator, group, line, made)


PAGES = {
    "entry": lambda scene: reverse("ledger-entry"),
    "ledger of a group": lambda scene: reverse("group-ledger", args=[scene.group.pk]),
    "refund": lambda scene: reverse("line-refund", args=[scene.group.pk, scene.line.pk]),
    "hours": lambda scene: reverse("hours"),
    "recurring": lambda scene: reverse("recurring-lines"),
    "recurring form": lambda scene: reverse("recurring-lines") + "?add=1",
    "allocations": lambda scene: reverse("allocation-list"),
    "share a cost": lambda scene: reverse("allocation-new"),
    "allocation": lambda scene: reverse("allocation-page", args=[scene.allocation.pk]),
    "months": lambda scene: reverse("ledger-months"),
    "capacity": lambda scene: reverse("capacity"),
    "categories": lambda scene: reverse("cost-categories"),
    "category form": lambda scene: f"{reverse('cost-categories')}?edit={scene.allocation.category_id}",
    "categories found": lambda scene: f"{reverse('cost-categories')}?q=short",
    "no category found": lambda scene: f"{reverse('cost-categories')}?q=nowhere",
    "rates": lambda scene: reverse("hourly-rates"),
}


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_every_page_fits_and_is_accessible(visit, scene, screen, language, theme):
    page = visit("/me/", user=scene.administrator, screen=screen, language=language, theme=theme)
    for name, address in PAGES.items():
        page.goto(address(scene))
        shoot(page, f"{name}-{screen}-{language}-{theme}".replace(" ", "-"))
        assert_fits(page)
        assert_accessible(page)
        shown = words(page)
        if language == "en":
            assert not CHINESE.search(shown), page.url
        else:
            assert CHINESE.search(shown), page.url


def test_a_line_is_entered_in_a_few_taps_and_read_back_while_it_is_typed(visit, scene):
    page = visit(reverse("home"), user=scene.operator, screen="phone", language="en")
    press(page.get_by_role("link", name="Enter a line"))
    expect(page.locator("#id_group option:checked")).to_have_text("Slide design beginners 1", use_inner_text=True)
    page.set_viewport_size({"width": 375, "height": 667 - 57})  # what the tab bar leaves of the phone
    save = page.get_by_role("button", name="Save")
    expect(save).to_be_in_viewport(ratio=1)
    amount = page.locator("#id_amount")
    expect(amount).to_have_attribute("inputmode", "decimal")
    amount.press_sequentially("1.2w")
    page.locator("#echo-amount", has_text="Read as ¥12,000").wait_for()
    page.get_by_label("What for").select_option(label="Advert placement / Video adverts")
    press(save)
    expect(page.locator(".alert")).to_contain_text("Entered: Video adverts ¥12,000", use_inner_text=True)
    expect(save).to_be_in_viewport(ratio=1)
    expect(page.locator("#id_what option:checked")).to_have_text(
        "Advert placement / Video adverts", use_inner_text=True
    )
    assert LedgerLine.objects.filter(amount=12000, entered_by=scene.operator).count() == 1


def test_a_line_of_a_closed_month_is_offered_for_today(visit, scene):
    page = visit(reverse("ledger-entry"), user=scene.operator, screen="phone", language="en", script=False)
    closed = month_of(timezone.localdate()) - timedelta(days=1)
    page.locator("#id_amount").fill("88")
    page.locator("#id_on").fill(closed.isoformat())
    press(page.get_by_role("button", name="Save"))
    expect(page.locator(".error-summary")).to_contain_text(f"{closed:%Y-%m} is closed", use_inner_text=True)
    expect(page.locator("#id_amount")).to_have_value("88")
    press(page.get_by_role("button", name="Enter it today instead"))
    expect(page.locator(".alert")).to_contain_text("¥88", use_inner_text=True)
    assert LedgerLine.objects.get(amount=88).on == timezone.localdate()


def test_a_shared_cost_is_previewed_narrowed_and_entered(visit, scene):
    page = visit(reverse("allocation-new"), user=scene.manager, screen="phone", language="en")
    page.get_by_label("What for").select_option(label="Software")
    page.locator("#id_amount").fill("100")
    press(page.get_by_role("button", name="Preview"))
    shown = words(page)
    assert "1 group has no known figure and bears nothing" in shown
    assert "74.46" in shown and "25.54" in shown
    shoot(page, "share-a-cost-previewed-phone-en")
    assert_fits(page)
    assert_accessible(page)
    page.get_by_label("Slide design beginners 2").uncheck()
    press(page.get_by_role("button", name="Enter these lines"))
    expect(page.locator("main")).to_contain_text("Look again", use_inner_text=True)
    press(page.get_by_role("button", name="Enter these lines"))
    page.wait_for_url(re.compile(r"/ledger/allocations/\d+/$"))
    assert LedgerLine.objects.get(allocation=Allocation.objects.latest("pk")).amount == Decimal(100)
    press(page.get_by_role("button", name="Take back the whole"))
    expect(page.locator("main")).to_contain_text("every part was reversed", use_inner_text=True)


def test_a_manager_reopens_a_month_for_a_reason(visit, scene):
    page = visit(reverse("ledger-months"), user=scene.manager, screen="phone", language="en")
    page.locator("summary", has_text="Reopen").click()
    page.get_by_label(re.compile("Why is")).fill("A late invoice")
    press(page.get_by_role("button", name="Reopen", exact=True))
    expect(page.locator(".alert")).to_contain_text("is open again", use_inner_text=True)
    assert not months.is_closed(scene.team.pk, month_of(timezone.localdate()) - timedelta(days=1))


def test_the_slide_design_community_earns_what_its_pages_say(visit):
    """Worked case: free entry, paid courses, a sponsor; costs in all three roots, entered through the pages.

    3,980 of courses and 1,800 of a sponsor, 199 given back; 500 of adverts, 20 h x 80 of labour, 260 of software and a
    venue: 5,581 - 500 - 1,600 - 260 = 3,221.
    """
    team = make_team(name="Teaching")
    operator = make_user(team, display_name="Lin Xiao")
    administrator = make_user(display_name="Zhou Min", is_administrator=True)
    group = make_group(
        team=team, owner=operator, name="Slide design", layer="mass", plan_monetization="sponsorship",
        plan_activity_kind="conversation", plan_lifespan="lasting",
    )  # fmt: skip
    page = visit(reverse("cost-categories"), user=administrator, screen="desktop", language="en")
    for below, name, priced, price in (
        ("Directly below Acquisition cost", "Adverts", "By amount", ""),
        ("Directly below Labour cost", "Teacher", "Per hour", "80"),
        ("Directly below Running cost", "Software", "By amount", ""),
        ("Directly below Running cost", "Venue", "Per occasion", "60"),
    ):
        press(page.get_by_role("link", name="Add category"))
        page.locator("#id_below").select_option(label=below)
        page.locator("#id_name").fill(name)
        page.locator("#id_priced_by").select_option(label=priced)
        page.locator("#id_default_price").fill(price)
        press(page.get_by_role("button", name="Save"))
        expect(page.locator(".alert")).to_contain_text(f"Saved: {name}", use_inner_text=True)

    page = visit(f"{reverse('ledger-entry')}?group={group.pk}", user=operator, screen="phone", language="en")
    for what, amount, quantity, note in (
        ("Revenue", "3,980", "", "20 course places"),
        ("Revenue", "1800元", "", "Sponsor workshop"),
        ("Adverts", "500", "", ""),
        ("Software", "200", "", ""),
        ("Venue", "", "1", "Workshop room"),
    ):
        page.locator("#id_what").select_option(label=what)
        page.locator("#id_amount").fill(amount)
        page.locator("details.mb-3 summary").click()
        page.locator("#id_note").fill(note)
        page.locator("#id_quantity").fill(quantity)
        if what == "Revenue":
            page.locator("#id_goods_cost").fill("0")
        press(page.get_by_role("button", name="Save"))
        expect(page.locator(".alert")).to_contain_text(f"Entered: {what}", use_inner_text=True)
    page.goto(f"{reverse('hours')}?group={group.pk}")
    page.locator("#id_hours").fill("20")
    press(page.get_by_role("button", name="Save"))
    expect(page.locator(".alert")).to_contain_text("Logged: 20 hours, ¥1,600", use_inner_text=True)

    page.goto(reverse("group-ledger", args=[group.pk]))
    row = page.locator("tr", has_text="20 course places")
    press(row.get_by_role("link", name="Refund"))
    page.locator("#id_amount").fill("199")
    press(page.get_by_role("button", name="Refund"))
    expect(page.locator(".alert")).to_contain_text("Refunded: ¥199", use_inner_text=True)
    this_month = words(page, ".money-table tbody tr")
    figures = re.findall(r"-?[\d,]+\.\d\d", this_month)
    assert figures == ["5,581.00", "0.00", "500.00", "1,600.00", "260.00", "3,221.00"]
    assert_fits(page)
    assert_accessible(page)
    page.goto(reverse("group-page", args=[group.pk]))
    expect(page.locator("main")).to_contain_text("3,221", use_inner_text=True)
