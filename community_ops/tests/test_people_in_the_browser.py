"""People in a real browser: coming in by a link with the second step, leaving with a hand-over, on every screen."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, press, shoot
from groups.models import AuthenticatorApp, Group, User
from groups.tests.making import make_group, make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [
    ("phone", "zh-hans", "light"),
    ("phone", "en", "dark"),
    ("desktop", "zh-hans", "dark"),
    ("desktop", "en", "light"),
    ("small", "en", "light"),
]
PASSWORD = "correct horse battery"


def looked_at(page, name):
    shoot(page, name)
    assert_fits(page)
    assert_accessible(page)


def code_of(device, steps=0):
    return f"{totp(device.secret, drift=steps):06d}"


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_every_state_of_the_pages_is_accessible_and_fits(visit, screen, language, theme):
    team = make_team(name="华东运营组")
    make_team(name="上海小组", parent=team)
    admin = make_user(is_administrator=True, display_name="周宁")
    leaver, taker = make_user(team, display_name="李敏"), make_user(team, display_name="王强")
    for n in range(3):
        make_group(team=team, owner=leaver, name=f"宝妈交流 {n + 1} 群")
    look = f"{screen}-{language}-{theme}"
    page = visit(reverse("team-list"), user=admin, screen=screen, language=language, theme=theme)
    looked_at(page, f"people-teams-{look}")
    page.goto(reverse("team-list") + f"?edit={team.pk}")
    page.fill("#id_name", "")
    press(page.locator("main form button").first)
    looked_at(page, f"people-team-error-{look}")
    page.goto(reverse("invitation-list"))
    page.select_option("#id_team", str(team.pk))
    page.fill("#id_name", "周敏")
    press(page.locator("main form button.btn-primary").first)
    looked_at(page, f"people-invited-{look}")
    page.goto(reverse("member-handover", args=[leaver.pk]))
    page.locator("details summary").first.click()
    looked_at(page, f"people-handover-{look}")
    press(page.locator("button[name=close]").first)
    looked_at(page, f"people-handover-error-{look}")
    page.select_option(f"#id_team_{team.pk}", str(taker.pk))
    press(page.locator("button[name=close]").first)
    looked_at(page, f"people-handed-over-{look}")
    page.goto(reverse("member-page", args=[leaver.pk]))
    looked_at(page, f"people-person-{look}")
    page.goto(reverse("group-page", args=[Group.objects.earliest("pk").pk]))
    page.locator(".more-menu summary").click()
    looked_at(page, f"people-more-{look}")
    page.goto(reverse("two-factor"))
    press(page.locator("button[name=action]").first)
    looked_at(page, f"people-second-step-{look}")
    page.fill("#id_code", code_of(AuthenticatorApp.objects.get()))
    press(page.locator("main form button").last)
    page.wait_for_selector(".backup-codes")
    looked_at(page, f"people-backup-codes-{look}")
    page.goto(reverse("two-factor"))
    looked_at(page, f"people-second-step-on-{look}")
    page.goto(reverse("sessions"))
    looked_at(page, f"people-sessions-{look}")


def test_somebody_comes_in_by_a_link_and_signs_in_with_two_steps(visit):
    team = make_team(name="East")
    manager = make_user(team, role="manager", display_name="Wang")
    page = visit(
        reverse("invitation-list"),
        user=manager,
        language="en",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.select_option("#id_team", str(team.pk))
    press(page.locator("main form button.btn-primary").first)
    page.click("[data-copy=link]")
    clipboard = "() => navigator.clipboard.readText().then((text) => text.includes('/join/') && text)"
    link = page.wait_for_function(clipboard).json_value()
    guest = visit(link, language="en")
    looked_at(guest, "people-join")
    guest.fill("#id_display_name", "Li Lei")
    guest.fill("#id_username", "lilei")
    guest.fill("#id_password", "short")
    guest.fill("#id_again", "short")
    press(guest.locator("main form button").first)
    expect(guest).to_have_title(re.compile("^Error: "))
    expect(guest.locator("#id_username")).to_have_value("lilei")
    looked_at(guest, "people-join-error")
    guest.fill("#id_password", PASSWORD)
    guest.fill("#id_again", PASSWORD)
    press(guest.locator("main form button").first)
    expect(guest.locator("main")).to_contain_text("Welcome, Li Lei", use_inner_text=True)
    guest.goto(reverse("two-factor"))
    press(guest.locator("button[name=action]").first)
    device = AuthenticatorApp.objects.get()
    guest.fill("#id_code", code_of(device, -1))
    press(guest.locator("main form button").last)
    expect(guest.locator(".backup-codes li")).to_have_count(10)
    over = visit(link, language="en")
    expect(over.locator("main")).to_contain_text("This invitation is over", use_inner_text=True)
    looked_at(over, "people-invitation-over")
    again = visit(reverse("login") + "?next=/groups/", language="en", script=False)
    again.fill("#id_username", "lilei")
    again.fill("#id_password", PASSWORD)
    press(again.locator("main form button.btn-primary").first)
    shoot(again, "people-sign-in-code")
    again.fill("#id_code", code_of(device))
    press(again.locator("main form button").first)
    expect(again).to_have_url(re.compile("/groups/$"))


def test_somebody_leaves_and_their_browser_is_signed_out(visit):
    team = make_team()
    leaver, taker = make_user(team), make_user(team)
    group = make_group(team=team, owner=leaver)
    theirs = visit("/me/", user=leaver, language="en")
    page = visit(reverse("member-handover", args=[leaver.pk]), user=make_user(is_administrator=True), script=False)
    page.select_option(f"#id_team_{team.pk}", str(taker.pk))
    press(page.locator("button[name=close]").first)
    expect(page.locator(".alert-success")).to_have_count(1)
    page.check("input[name=handover]")
    press(page.locator("form[action$='/handovers/done/'] button"))
    expect(page.locator("input[name=handover]")).to_have_count(0)
    theirs.reload()
    expect(theirs).to_have_url(re.compile("/login/"))
    group.refresh_from_db()
    assert (group.owner, User.objects.get(pk=leaver.pk).is_active) == (taker, False)
    assert group.handovers.get().done_on_platform_at <= timezone.now()


def test_a_session_is_ended_from_another_device(visit):
    user = make_user(make_team(), language="en")
    phone = visit("/me/", user=user, language="en")
    desk = Client()
    desk.force_login(user)
    phone.goto(reverse("sessions"))
    press(phone.locator("button[name=others]").first)
    expect(phone.locator("main")).to_contain_text("1 session ended", use_inner_text=True)
    assert desk.get("/me/").status_code == 302
