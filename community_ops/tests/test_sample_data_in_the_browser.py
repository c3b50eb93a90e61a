"""The page of the sample data in a browser: asked for on a phone, watched past a reload, taken off."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from community_ops.demo import working
from community_ops.tests.browser import assert_accessible, assert_fits, press, shoot
from groups import leases, sample_work
from groups.models import SampleWork, Team
from groups.tests.making import make_group, make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("phone", "zh-hans", "light"), ("desktop", "en", "dark")]


@pytest.fixture
def admin():
    return make_user(display_name="李婷", is_administrator=True)


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_each_state_of_the_page_is_accessible_and_fits(visit, admin, screen, language, theme):
    address = reverse("sample-data")
    page = visit(address, user=admin, screen=screen, language=language, theme=theme)

    def look(name, query=""):
        page.goto(address + query)
        assert_accessible(page)
        assert_fits(page)
        shoot(page, f"sample-data-{name}-{screen}")

    look("none")
    look("about-load", "?about=load")
    load = sample_work.ask(kind="load", by=admin, now=timezone.now())
    look("waits")
    leases.claim(SampleWork, load.pk, ["at_work"]).reach(60)
    look("at-work")
    SampleWork.objects.filter(pk=load.pk).update(lease_until=timezone.now())
    look("asleep")
    SampleWork.objects.filter(pk=load.pk).update(state="gave_up", ended_at=timezone.now(), claim=None)
    make_group(team=make_team(is_demo=True))
    look("gave-up")
    look("about-clear", "?about=clear")
    make_group(name="自己的群", team=make_team(), owner=make_user(is_demo=True))
    look("owned")


def test_sample_data_are_asked_for_watched_and_taken_off_on_a_phone(visit, admin, monkeypatch):
    def loaded(*, tell, **_told):
        make_group(team=make_team(is_demo=True))
        tell("people", 96)
        return {"groups": 1, "activity rows": 2, "cases": 3}

    monkeypatch.setattr(working, "load_demo", loaded)
    page = visit(reverse("home"), user=admin, screen="phone", language="en")
    press(page.get_by_role("link", name="Look around with sample data"))
    press(page.get_by_role("link", name="Load the sample data"))
    expect(page.get_by_text("Nobody can sign in as a person of the sample data")).to_be_visible()
    press(page.get_by_role("button", name="Load the sample data"))
    expect(page.get_by_role("status").filter(has_text="Waiting for a worker")).to_be_visible()
    page.reload()
    expect(page.get_by_role("status").filter(has_text="Waiting for a worker")).to_be_visible()
    working.work(sample_work.last().pk, now=timezone.now())
    expect(page.get_by_text("The sample data were loaded on")).to_be_visible()  # by itself
    press(page.get_by_role("link", name="Take them off"))
    expect(page.get_by_text("What is yours stays as it is (teams: 0, groups: 0).")).to_be_visible()
    press(page.get_by_role("button", name="Take the sample data off"))
    expect(page.get_by_role("status").filter(has_text="Waiting for a worker")).to_be_visible()
    working.work(sample_work.last().pk, now=timezone.now())
    expect(page.get_by_text("The sample data were taken off on")).to_be_visible()
    assert not Team.objects.exists()
