"""A whole case of each kind in a browser: an operator works it, a manager decides it, an administrator sees its end.

The clock is the one of the demo, moved to the day on which each state is due; the nights between are those of cases.
"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from community_ops.demo import clock
from community_ops.tests.browser import assert_fits, press, shoot
from groups.models import Group
from groups.tests.making import make_team, make_user
from lifecycle.cases.evaluating import evaluate_cases
from lifecycle.cases.opening import open_cases
from lifecycle.models import Case, HealthState
from lifecycle.tests.cases.making import act, make_dying_group, read_health, silent, watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHY = "Nobody has written here since the end of summer"


class Company:
    """A team with one dying group, its three people, and the clock that all of them live by."""

    def __init__(self, visit, state=HealthState.DORMANT):
        self.visit, self.began = visit, timezone.localdate()
        team = make_team(name="Three roles")
        self.operator = make_user(team, display_name="Olga")
        self.manager = make_user(team, "manager", display_name="Mark")
        self.boss = make_user(display_name="Ada", is_administrator=True)
        self.group = make_dying_group(state, team=team, owner=self.operator, name="Readers")
        silent(self.group, until=self.began - timedelta(days=1))
        if state is HealthState.DORMANT:  # some of its members are still there
            act(self.group, self.began, messages=9, speakers=6, members=[1, 2, 3, 4, 5, 6])
        watched(self.group, since=self.began)
        self.pages: dict[int, Page] = {}
        open_cases([self.group.pk], self.began, now=timezone.now())

    @property
    def case(self) -> Case:
        return Case.objects.get(group=self.group)

    def page_of(self, person, path: str) -> Page:
        """The phone of an operator, the desk of the others; a session lasts until the clock is moved."""
        page = self.pages.get(person.pk)
        if page is None:
            screen = "phone" if person == self.operator else "desktop"
            page = self.pages[person.pk] = self.visit(path, user=person, screen=screen, language="en")
        else:
            page.goto(path)
        return page

    def go_to(self, day: date) -> None:
        """Let the days up to this one go by, each with the night that judges cases."""
        today = timezone.localdate()
        self.pages.clear()
        for ahead in range(1, (day - today).days + 1):
            clock.set_days_ahead((today - self.began).days + ahead)
            evaluate_cases(timezone.localdate() - timedelta(days=1), now=timezone.now())

    def do(self, person, action: str, **fields: str) -> Page:
        """Fill the form of an action and send it."""
        page = self.page_of(person, reverse("case-action", args=[self.case.pk, action]))
        for name, value in fields.items():
            page.locator(f"main [name={name}]").last.fill(value)
        press(page.locator("main form button").first)
        return page

    def tick(self, *steps: tuple[str, str]) -> Page:
        """The operator marks steps as done on the list of their steps: (step, count)."""
        for step, count in steps:
            page = self.page_of(self.operator, reverse("my-steps"))
            card = page.locator(f"#case-{self.case.tasks.get(plan=self.case.plans, step=step).pk}")
            card.locator(".step-form summary").click()
            card.locator("[name=evidence]").fill("Seen by all in the chat")
            if count:
                card.locator("[name=count]").fill(count)
            press(card.locator(".step-form button"))
            expect(page.locator("#just-done")).to_have_count(1)
        return page

    def sees(self, person, text: str) -> Page:
        page = self.page_of(person, reverse("case-page", args=[self.case.pk]))
        expect(page.locator(".page-head")).to_contain_text(text)
        return page


@pytest.fixture
def company(visit, settings, monkeypatch, tmp_path, transactional_db):
    settings.LOCAL_DIR = tmp_path
    clock.set_days_ahead(0)
    monkeypatch.setattr(timezone, "now", clock.now)
    yield lambda **how: Company(visit, **how)
    clock.set_days_ahead(None)


def test_a_group_is_revived(company):
    it = company()
    page = it.page_of(it.operator, reverse("case-action", args=[it.case.pk, "propose"]))
    page.locator("[name=remedy][value=revive]").check()
    page.locator("[name=reason]").fill(WHY)
    press(page.locator("main form button").first)
    it.do(it.manager, "revive", reason=WHY)
    it.sees(it.manager, "Planned")
    page = it.tick(("take_stock", ""), ("pulse", "7"))
    assert_fits(page)
    shoot(page, "three-roles-steps")
    press(page.locator("#just-done ~ ul form button").first)  # the last one was a mistake
    expect(page.locator(".alert-success")).to_have_count(1)
    it.tick(("pulse", "6"))
    it.sees(it.manager, "Running")
    read_health(it.group, it.began + timedelta(days=1), [7200] * 40)
    it.go_to(it.case.due_on + timedelta(days=1))
    it.sees(it.operator, "Evaluating")
    it.go_to(timezone.localdate() + timedelta(days=8))  # the second check is on the 21st day
    page = it.sees(it.boss, "Recovered")
    expect(page.locator(".history")).to_contain_text("Step opened again")
    assert (it.case.state, it.case.attempts) == ("recovered", 1)


def test_members_are_moved(company):
    it = company()
    it.do(it.manager, "migrate", moves_to="Autumn readers", reason=WHY)
    it.tick(("list_active", ""), ("prepare_new_group", ""), ("invite", "6"), ("invite_again", ""))
    it.go_to(it.case.due_on)
    it.tick(("count_arrived", "5"), ("count_active", "4"))
    it.go_to(timezone.localdate() + timedelta(days=1))
    it.sees(it.manager, "Evaluating")
    it.do(it.manager, "end_migrated", reason=WHY)
    it.sees(it.boss, "Migrated")
    assert it.case.state == "migrated"


def test_a_group_is_ended_well(company):
    it = company(state=HealthState.DEAD)
    it.do(it.manager, "dissolve", reason=WHY)
    it.tick(("farewell", ""), ("notice_first", ""), ("last_questions", ""))
    it.do(it.operator, "confirm")
    it.go_to(it.began + timedelta(days=3))
    it.tick(("notice_last", ""), ("archive", ""))
    it.go_to(it.case.due_on)
    it.do(it.operator, "soft_close")
    it.sees(it.operator, "Soft-closed")
    it.tick(("mute", ""))
    it.go_to(it.case.due_on)
    page = it.page_of(it.manager, reverse("my-steps") + "?whose=team")
    press(page.locator(".step-card a", has_text="Give the proof"))
    page.locator("[name=proof]").fill("The list of members is empty")
    press(page.locator("main form button").first)
    it.sees(it.boss, "Dissolved")
    assert Group.objects.get(pk=it.group.pk).closed_on == it.case.ended_on == timezone.localdate()
    assert not it.case.tasks.filter(done_at=None).exists()
