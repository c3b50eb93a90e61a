"""A receipt in a real browser: with a line on a phone, looked at in its list, downloaded, and one more added later."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, press, shoot
from groups.models import GroupFile, LedgerLine
from groups.tests.making import make_group, make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PNG = b"\x89PNG\r\n\x1a\n till"
LOOKS = [
    ("phone", "zh-hans", "light"),
    ("small", "en", "dark"),
    ("desktop", "en", "light"),
    ("desktop", "zh-hans", "dark"),
]
TILL = {"name": "till.png", "mimeType": "image/png", "buffer": PNG}


@pytest.fixture
def group():
    team = make_team(name="East region")
    return make_group(team=team, owner=make_user(team, display_name="Lin Xiao"), name="Slide design beginners 1")


def test_a_receipt_comes_with_a_line_and_another_one_later(visit, group):
    page = visit(f"{reverse('ledger-entry')}?group={group.pk}", user=group.owner, screen="phone", language="en")
    page.locator("#id_what").select_option(label="Revenue")
    page.locator("#id_amount").fill("lots")
    page.locator("#id_receipt").set_input_files(TILL)
    press(page.get_by_role("button", name="Save"))
    expect(page.locator(".error-summary")).to_contain_text("Choose the receipt again", use_inner_text=True)
    assert_accessible(page)
    page.locator("#id_amount").fill("88")
    page.locator("#id_receipt").set_input_files(TILL)
    press(page.get_by_role("button", name="Save"))
    expect(page.locator(".alert")).to_contain_text("Entered: Revenue ¥88", use_inner_text=True)
    page.goto(reverse("group-ledger", args=[group.pk]))
    press(page.get_by_role("link", name="1 receipt"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "till.png"
    assert Path(download.value.path()).read_bytes() == PNG
    page.locator("#id_receipt").set_input_files(TILL | {"name": "contract.png"})
    press(page.get_by_role("button", name="Add receipt"))
    expect(page.locator(".alert")).to_contain_text("The receipt is kept", use_inner_text=True)
    assert set(GroupFile.objects.values_list("name", "line")) == {
        (name, LedgerLine.objects.get().pk) for name in ("till.png", "contract.png")
    }


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_the_pages_with_receipts_fit_and_are_accessible(visit, group, screen, language, theme):
    page = visit(
        f"{reverse('ledger-entry')}?group={group.pk}", user=group.owner, screen=screen, language=language, theme=theme
    )
    page.locator("#id_what").select_option("revenue")
    page.locator("#id_amount").fill("88")
    page.locator("#id_receipt").set_input_files(TILL | {"name": "till-of-the-second-workshop-in-the-east-region.png"})
    press(page.locator("form.panel button.btn-primary"))
    line = LedgerLine.objects.get()
    for name, address in (
        ("entry", reverse("ledger-entry")),
        ("ledger", reverse("group-ledger", args=[group.pk])),
        ("lines", reverse("group-lines", args=[group.pk])),
        ("receipts", reverse("line-receipts", args=[group.pk, line.pk])),
    ):
        page.goto(address)
        shoot(page, f"receipts-{name}-{screen}-{language}-{theme}")
        assert_fits(page)
        assert_accessible(page)
