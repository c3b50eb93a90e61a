"""A file as Excel in China saves it, from the phone's upload to its undoing, in a real browser."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, press, shoot
from groups.models import Group
from groups.tests.making import make_group, make_team, make_user
from lifecycle import imports
from lifecycle.models import DailyActivity, Import
from lifecycle.sources.child import read_activity

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADER = ["群名称", "日期", "群人数", "当天聊了几句", "成交额", "备注"]


def saved_by_excel() -> str:
    """Chinese headers, CRLF, days with slashes, thousands separators, a bad day, and rows that were emptied below."""
    rows = [
        [name, f"2026/11/{day}", '"1,234"', str(20 + day), '"12,345.60"', ""]
        for name in ("宝妈福利群", "龘靐读书群")
        for day in (1, 2, 3)
    ]
    rows.append(["宝妈福利群", "2026/13/1", "80", "9", "", "补录"])
    return "".join(",".join(cells) + "\r\n" for cells in [HEADER, *rows, *[[""] * len(HEADER)] * 30])


@pytest.fixture
def known(monkeypatch) -> Group:
    """A registered group that the file only knows by its name."""
    monkeypatch.setattr(imports, "read_in_child", read_activity)
    team = make_team()
    return make_group(team=team, owner=make_user(team), name="宝妈福利群", external_id="wr-1")


def upload(page, name: str, content: bytes) -> Import:
    page.goto(reverse("import-new"))
    page.set_input_files("#id_file", files=[{"name": name, "mimeType": "text/csv", "buffer": content}])
    press(page.get_by_role("button", name="Next: preview"))
    return Import.objects.latest("pk")


def work(page, row: Import, shown: str) -> None:
    """The worker comes; the page finds out by itself."""
    now = timezone.now()
    assert imports.run(row.pk, now=now, today=timezone.localdate(now))
    expect(page.locator("#import-state")).to_contain_text(shown, use_inner_text=True)


# Longer than the time between two polls.
ONE_POLL = "() => new Promise((done) => setTimeout(done, 2500))"


def asked_while_hidden_and_then_seen(page) -> None:
    """A page in the background does not ask how far the work is (AC-33); it asks again once somebody looks."""
    look = "(state) => Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })"
    page.evaluate(look, "hidden")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(ONE_POLL)
    assert not asked
    with page.expect_request("**" + reverse("import-list") + "*/"):
        page.evaluate(look, "visible")


def test_a_file_from_excel_comes_in_and_goes_again_on_a_phone(visit, known):
    page = visit("/me/", user=known.owner, screen="phone", language="en")
    row = upload(page, "week.csv", saved_by_excel().encode("gb18030"))
    page.reload()
    expect(page.locator("#import-state")).to_contain_text("You may leave this page", use_inner_text=True)
    asked_while_hidden_and_then_seen(page)
    work(page, row, "Nothing is written yet")
    state = page.locator("#import-state")
    expect(state).to_contain_text("GB18030", use_inner_text=True)
    expect(state.locator(".alert")).to_contain_text("当天聊了几句", use_inner_text=True)
    shoot(page, "import-left-out-phone")
    assert_fits(page)
    press(state.locator(".alert").get_by_role("link", name="Match the columns"))
    page.get_by_label("当天聊了几句").select_option(label="Messages")
    assert_fits(page)
    press(page.get_by_role("button", name="Next: preview"))
    work(page, row, "Import 6 rows")
    expect(state.locator(".alert")).to_have_count(0)
    expect(page.get_by_label("Registered group for “宝妈福利群”")).to_have_value("宝妈福利群")
    expect(page.get_by_label("Registered group for “龘靐读书群”")).to_have_value("")
    shoot(page, "import-preview-phone")
    assert_fits(page)
    assert_accessible(page)

    press(page.get_by_role("button", name="Import 6 rows"))
    work(page, row, "Import complete: 6 rows new, 0 changed, 0 unchanged, 1 refused")
    days = DailyActivity.objects.filter(group_id=known.pk).order_by("day")
    assert [day.count("messages") for day in days] == [21, 22, 23]
    assert {(day.count("members"), day.count("revenue_cents")) for day in days} == {(1234, 1234560)}
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download the refused rows").click()
    lines = coming.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2 and lines[1].startswith("宝妈福利群,2026/13/1,80,9,,补录,")

    again = upload(page, "copy.csv", saved_by_excel().encode("utf-8-sig"))
    work(page, again, f"was already imported on {timezone.localdate():%Y-%m-%d}")
    expect(state).to_contain_text(f"by {known.owner} as “week.csv”", use_inner_text=True)
    press(page.get_by_role("link", name="Show that import"))
    press(page.get_by_role("link", name="Undo this import"))
    assert_fits(page)
    press(page.get_by_role("button", name="Undo this import"))
    expect(state.locator(".tally div").first).to_contain_text("6", use_inner_text=True)
    assert not DailyActivity.objects.exists()
    assert list(Group.objects.filter(archived_at=None)) == [known]
