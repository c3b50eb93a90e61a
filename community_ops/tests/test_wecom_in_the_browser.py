"""The connection to WeCom in a real browser: from the keys to registered groups, against a WeCom on this machine."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from django.urls import reverse
from django.utils import timezone

from community_ops.tests.browser import assert_accessible, assert_fits, shoot
from groups.models import Group
from groups.tests.making import make_team, make_user
from lifecycle.models import WecomConnection, WecomGroup
from lifecycle.tests.wecom.making import CALLBACK_KEY, CALLBACK_TOKEN, chat, run_on, work
from lifecycle.tests.wecom.server import CORP, SECRET, Wecom, running, said
from lifecycle.wecom import client

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("phone", "zh-hans", "light"), ("small", "en", "dark"), ("desktop", "zh-hans", "dark")]


@pytest.fixture
def wecom(settings, monkeypatch):
    with running(Wecom()) as server:
        settings.WECOM_API, settings.WECOM_API_ANYWHERE = server.address, True
        monkeypatch.setattr(client, "TIMEOUT", httpx.Timeout(30))
        yield server


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_from_the_keys_to_registered_groups(visit, wecom, screen, language, theme):
    def looked_at(name):
        shoot(page, f"wecom-{name}-{screen}-{language}-{theme}")
        assert_fits(page)
        assert_accessible(page)

    def press(button):
        with page.expect_navigation():
            page.locator(button).click()

    team = make_team(name="华东团队" if language == "zh-hans" else "East region")
    person = make_user(team, display_name="林晓" if language == "zh-hans" else "Lin Xiao")
    admin = make_user(is_administrator=True)
    now = timezone.localtime()
    month = now - timedelta(days=30)
    for key, owner, name in (
        ("wrOgQhDgAAMYQiS5ol9G7gK9JVAAAA", "LinXiao", "PPT 新手营 1 群"),
        ("wrOgQhDgAAcwMTB7YmDkbeBsAAAA", "LinXiao", "PPT 新手营 2 群"),
        ("wrOgQhDgAALPUthpRAKvl7mgiQRw", "ZhuShengBen", "宝妈福利群"),
    ):
        wecom.chats[key] = chat(owner, "c1", "c2", joined=month, name=name, create_time=int(month.timestamp()))
    for owner, chats in (("LinXiao", 2), ("ZhuShengBen", 1)):
        wecom.figures[owner, str((now - timedelta(days=1)).date())] = said(chats=chats, messages=5)

    page = visit(reverse("wecom"), user=admin, screen=screen, language=language, theme=theme)
    looked_at("start")
    page.locator("#id_corp_id").fill(CORP)
    press("main form .btn-primary")
    looked_at("errors")
    page.locator("#id_secret").fill(SECRET)
    page.locator("#id_callback_token").fill(CALLBACK_TOKEN)
    page.locator("#id_callback_key").fill(CALLBACK_KEY)
    press("main form .btn-primary")
    wecom.fail("groupchat/list", 60020)
    press("button[value=test]")
    looked_at("refused")
    press("button[value=test]")
    press("button[value=run]")
    work(now)
    WecomGroup.objects.filter(name="宝妈福利群").update(trouble_code=40050)
    page.goto(reverse("wecom"))
    looked_at("running")
    with page.expect_navigation():
        page.locator("a[href*='/owners/']").first.click()
    looked_at("owner")
    page.locator("#id_team").select_option(str(team.pk))
    page.locator("#id_person").select_option(str(person.pk))
    press("main form.panel .btn-primary")
    press("button[value=register]")
    looked_at("owner-registered")
    assert Group.objects.filter(team=team, owner=person).count() == 2
    wecom.fail("groupchat/list", 45009)
    run_on(now + timedelta(days=1))
    WecomGroup.objects.filter(group__isnull=False).update(dismissed_at=now)
    WecomConnection.objects.update(last_success_at=now - timedelta(days=4))
    page.goto(reverse("wecom"))
    page.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true; })")
    looked_at("troubles")
    press("button[value=pause]")
    looked_at("paused")
