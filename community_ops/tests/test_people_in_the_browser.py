"""People in a real browser: coming in by a link with the second step, leaving with a hand-over, on every screen."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp

from community_ops.tests.browser import assert_accessible, assert_fits, shoot
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
    page.click("main form button")
    looked_at(page, f"people-team-error-{look}")
    page.goto(reverse("invitation-list"))
    page.select_option("#id_team", str(team.pk))
    page.fill("#id_name", "周敏")
    page.click("main form button.btn-primary")
    looked_at(page, f"people-invited-{look}")
    page.goto(reverse("member-handover", args=[leaver.pk]))
    page.locator("details summary").first.click()
    looked_at(page, f"people-handover-{look}")
    page.click("button[name=close]")
    looked_at(page, f"people-handover-error-{look}")
    page.select_option(f"#id_team_{team.pk}", str(taker.pk))
    page.click("button[name=close]")
    looked_at(page, f"people-handed-over-{look}")
    page.goto(reverse("member-page", args=[leaver.pk]))
    looked_at(page, f"people-person-{look}")
    page.goto(reverse("group-page", args=[Group.objects.earliest("pk").pk]))
    page.locator(".more-menu summary").click()
    looked_at(page, f"people-more-{look}")
    page.goto(reverse("two-factor"))
    page.click("button[name=action]")
    looked_at(page, f"people-second-step-{look}")
    page.fill("#id_code", code_of(AuthenticatorApp.objects.get()))
    page.locator("main form button").last.click()
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
    page.click("main form button.btn-primary")
    page.click("[data-copy=link]")
    link = page.evaluate("navigator.clipboard.readText()")
    guest = visit(link, language="en")
    looked_at(guest, "people-join")
    guest.fill("#id_display_name", "Li Lei")
    guest.fill("#id_username", "lilei")
    guest.fill("#id_password", "short")
    guest.fill("#id_again", "short")
    guest.click("main form button")
    assert guest.title().startswith("Error: ") and guest.input_value("#id_username") == "lilei"
    looked_at(guest, "people-join-error")
    guest.fill("#id_password", PASSWORD)
    guest.fill("#id_again", PASSWORD)
    guest.click("main form button")
    assert "Welcome, Li Lei" in guest.inner_text("main")
    guest.goto(reverse("two-factor"))
    guest.click("button[name=action]")
    device = AuthenticatorApp.objects.get()
    guest.fill("#id_code", code_of(device, -1))
    guest.locator("main form button").last.click()
    assert guest.locator(".backup-codes li").count() == 10
    over = visit(link, language="en")
    assert "This invitation is over" in over.inner_text("main")
    looked_at(over, "people-invitation-over")
    again = visit(reverse("login") + "?next=/groups/", language="en", script=False)
    again.fill("#id_username", "lilei")
    again.fill("#id_password", PASSWORD)
    again.click("main form button.btn-primary")
    shoot(again, "people-sign-in-code")
    again.fill("#id_code", code_of(device))
    again.click("main form button")
    assert again.url.endswith("/groups/")


def test_somebody_leaves_and_their_browser_is_signed_out(visit):
    team = make_team()
    leaver, taker = make_user(team), make_user(team)
    group = make_group(team=team, owner=leaver)
    theirs = visit("/me/", user=leaver, language="en")
    page = visit(reverse("member-handover", args=[leaver.pk]), user=make_user(is_administrator=True), script=False)
    page.select_option(f"#id_team_{team.pk}", str(taker.pk))
    page.click("button[name=close]")
    assert page.locator(".alert-success").count() == 1
    page.check("input[name=handover]")
    page.locator("form[action$='/handovers/done/'] button").click()
    assert page.locator("input[name=handover]").count() == 0
    theirs.reload()
    assert "/login/" in theirs.url
    group.refresh_from_db()
    assert (group.owner, User.objects.get(pk=leaver.pk).is_active) == (taker, False)
    assert group.handovers.get().done_on_platform_at <= timezone.now()


def test_a_session_is_ended_from_another_device(visit):
    user = make_user(make_team(), language="en")
    phone = visit("/me/", user=user, language="en")
    desk = Client()
    desk.force_login(user)
    phone.goto(reverse("sessions"))
    phone.click("button[name=others]")
    assert "1 session ended" in phone.inner_text("main")
    assert desk.get("/me/").status_code == 302
