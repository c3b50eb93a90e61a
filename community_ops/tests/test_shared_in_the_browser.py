"""A shared report in a stranger's browser: its password is taken there, and its address is told to nobody."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from community_ops.tests.browser import assert_fits, press, shoot
from groups.tests.making import make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "snow and tea"


def test_a_stranger_opens_a_locked_report_on_a_phone(visit):
    manager = make_user(make_team(name="East"), "manager")
    client = Client()
    client.force_login(manager)
    sent = {"days": 7, "password": PASSWORD, "token": uuid4()}
    link = client.post(reverse("weekly-report"), sent).context["link"]
    page = visit(reverse("shared-report", args=[link.rstrip("/").rsplit("/", 1)[1]]), screen="phone", language="en")
    told = []
    page.on("request", lambda request: told.append(request.all_headers().get("referer", "")))
    page.fill("[name=password]", "wrong one")
    press(page.locator("main form button"))
    expect(page.locator("[name=password]")).to_be_visible()
    page.fill("[name=password]", PASSWORD)
    press(page.locator("main form button"))
    expect(page.locator("h1")).to_contain_text("Weekly report")
    assert_fits(page)
    shoot(page, "shared-report-phone-en")
    assert told and not any("/share/" in each for each in told)
