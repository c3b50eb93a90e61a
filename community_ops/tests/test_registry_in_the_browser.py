"""Lists in and out, many groups at once, the record: in a real browser, on every screen, with hostile names."""

import csv
import io
import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, press, shoot, words
from community_ops.tests.group_scene import Scene, make_scene
from groups import papers, registration, registry_import
from groups.models import Group, RegistryChange, RegistryImport
from groups.tests.making import make_group
from groups.tests.making_lists import previewed, worked, written

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [
    ("phone", "zh-hans", "light"),
    ("small", "en", "dark"),
    ("desktop", "en", "light"),
    ("desktop", "zh-hans", "dark"),
]
CHINESE = re.compile("[㐀-鿿]")
CANARY = "<img src=x onerror=alert(1)>\"'{{7*7}}${7*7}‮=1+1"
HEADER = ["group name", "owner", "created at", "layer", "member cap", "remarks"]


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def listed(scene, *rows):
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    return previewed(scene.rich.team, scene.operator, out.getvalue().encode(), file_name="list-2026-11.csv")


ROWS = (
    ["Spring camp 1", "Li Wei", "2026-09-01", "mass", "500", ""],
    ["Spring camp 2", "Li Wei", "2026/13/1", "mass", "500", ""],
    ["Spring camp 3", "Nobody", "2026-09-01", "tower", "-5", ""],
    ["Mothers east A", "Li Wei", "", "vip", "", "Thursday draw"],
    ["Reading circle VIP", "", "", "", "", ""],
)


def imported(scene):
    return written(listed(scene, *ROWS), scene.operator)


@pytest.mark.parametrize(("screen", "language", "theme"), LOOKS)
def test_every_page_fits_and_is_accessible(visit, scene, screen, language, theme):
    now, by = timezone.now(), scene.operator
    upload, done = listed(scene, *ROWS), imported(scene)
    waiting = listed(scene, *ROWS)
    registry_import.ask(upload=waiting, only_good=True, with_same_names=False, by=by, now=now)
    type(waiting).objects.filter(pk=waiting.pk).update(claim=uuid4(), progress_done=1500, progress_total=5000)
    group = Group.objects.get(pk=scene.rich.pk)
    registration.edit_group(group=group, version=group.version, values={"layer": "mass"}, by=by, now=now)
    papers.add_note(group=group, text="Asked twice.\nNo answer yet.", token=uuid4(), by=by, now=now)
    papers.add_file(group=group, name="agreement.pdf", content=b"%PDF-1.7", token=uuid4(), by=by, now=now)
    closed = make_group(team=scene.rich.team, owner=by, name="Ended")
    registration.close_group(group=closed, on=timezone.localdate(), by=by, now=now, reason="over")
    pages = {
        "list": reverse("group-list"),
        "import": reverse("registry-import-new"),
        "columns": reverse("registry-import-columns", args=[upload.pk]),
        "waiting": reverse("registry-import", args=[waiting.pk]),
        "preview": reverse("registry-import", args=[upload.pk]),
        "result": reverse("registry-import", args=[done.pk]),
        "record": reverse("group-record", args=[group.pk]),
        "close": reverse("group-close", args=[group.pk]),
        "reopen": reverse("group-close", args=[closed.pk]),
    }
    page = visit("/me/", user=scene.administrator, screen=screen, language=language, theme=theme)
    for name, address in pages.items():
        page.goto(address)
        check(page, f"registry-{name}-{screen}-{language}-{theme}", language)
    page.goto(reverse("group-list"))
    page.locator("input[name=pick]").first.check()
    page.locator("#id_do").select_option("assign")
    press(page.locator(".bulk-bar button"))
    check(page, f"registry-bulk-{screen}-{language}-{theme}", language)


def check(page, name, language):
    shoot(page, name)
    assert_fits(page)
    assert_accessible(page)
    shown = words(page)
    if language == "en":
        assert not CHINESE.search(shown), page.url
    else:
        assert CHINESE.search(shown), page.url


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_rows_are_picked_tagged_and_put_back(visit, scene, script):
    page = visit(reverse("group-list"), user=scene.operator, screen="phone", language="en", script=script)
    picks = page.locator("input[name=pick]")
    picks.nth(0).check()
    picks.nth(1).check()
    if script:
        expect(page.locator(".bulk-bar").first).to_contain_text("2 selected", use_inner_text=True)
    page.locator("#id_do").select_option("add_tag")
    press(page.get_by_role("button", name="Go on"))
    expect(page.locator("h1")).to_contain_text("2 groups", use_inner_text=True)
    page.get_by_label("Tag").fill("autumn")
    press(page.get_by_role("button", name="Save"))
    page.wait_for_url(re.compile(r"/groups/\?"))
    assert Group.objects.filter(tags__contains=["autumn"]).count() == 2
    if script:
        shoot(page, "registry-toast")
        assert_accessible(page)
    press(page.get_by_role("button", name="Undo"))
    page.wait_for_url(re.compile("/groups/$"))
    expect(page.locator("main")).to_contain_text("Undone for 2 groups", use_inner_text=True)
    assert not Group.objects.filter(tags__contains=["autumn"]).exists()


def test_a_list_goes_from_file_to_registry_on_a_phone(visit, scene, tmp_path):
    path = tmp_path / "群列表.csv"
    rows = [
        ["群聊名称", "群主", "创建时间", "备注2"],
        ["秋季营 1 群", "Li Wei", "2026/9/1", ""],
        ["秋季营 2 群", "", "?", ""],
    ]
    text = "\n".join(",".join(row) for row in rows)
    path.write_bytes(text.encode("gb18030"))
    page = visit(reverse("registry-import-new"), user=scene.operator, screen="phone")
    press(page.get_by_role("button", name="下一步"))
    page.locator(".error-summary").wait_for()
    page.set_input_files("#id_file", path)
    page.get_by_label("平台").select_option("wecom")
    press(page.get_by_role("button", name="下一步"))
    page.get_by_text("排队中").wait_for()
    upload = worked(RegistryImport.objects.get())
    page.wait_for_url(re.compile("/columns/"))
    expect(page.locator("main")).to_contain_text("GB18030", use_inner_text=True)
    expect(page.get_by_label("群聊名称")).to_have_value("name")
    page.get_by_label("备注2").select_option("theme")
    press(page.get_by_role("button", name="下一步"))
    page.wait_for_url(re.compile(r"/import/\d+/$"))
    worked(upload)
    page.get_by_role("button", name="导入 1 行").wait_for()
    expect(page.locator("#rows")).to_contain_text("没有这一天", use_inner_text=True)
    assert not Group.objects.filter(name__startswith="秋季营").exists()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载有错的行").click()
    assert "秋季营 2 群" in download.value.path().read_text("utf-8-sig")
    press(page.get_by_role("button", name="导入 1 行"))
    page.get_by_text("排队中").wait_for()
    worked(upload)
    page.get_by_text("导入完成").wait_for()
    assert Group.objects.filter(name__startswith="秋季营").count() == 1
    press(page.get_by_role("button", name="撤销这次导入"))
    page.wait_for_url(re.compile("/groups/$"))
    assert not Group.objects.filter(name__startswith="秋季营", archived_at=None).exists()


def test_hostile_names_run_nowhere(visit, scene):
    """Case 35: the visit itself fails on a script error or a refusal by the policy; nothing may become markup."""
    group = make_group(
        team=scene.rich.team, owner=scene.operator, name=CANARY[:120], theme=CANARY, tags=[CANARY[:30]], notes=CANARY
    )
    papers.add_note(group=group, text=CANARY, token=uuid4(), by=scene.operator, now=timezone.now())
    papers.add_file(
        group=group, name=f"{CANARY}.pdf", content=b"%PDF-1", token=uuid4(), by=scene.operator, now=timezone.now()
    )
    registration.edit_group(
        group=group, version=1, values={"theme": f"{CANARY} 2"}, by=scene.operator, now=timezone.now()
    )
    upload = listed(
        scene, [CANARY, "", "2026-09-01", CANARY, "", ""], [f"{CANARY} 3", "", "2026-09-01", "", "", CANARY]
    )
    page = visit(reverse("group-list") + "?sort=newest", user=scene.operator, screen="desktop", language="en")
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    addresses = [
        reverse("group-list") + "?sort=name",
        reverse("group-page", args=[group.pk]),
        reverse("group-edit", args=[group.pk]),
        reverse("group-record", args=[group.pk]),
        reverse("group-close", args=[group.pk]),
        reverse("registry-import-columns", args=[upload.pk]),
        reverse("registry-import", args=[upload.pk]),
        reverse("registry-import", args=[upload.pk]) + "?show=new",
    ]
    for address in addresses:
        page.goto(address)
        expect(page.locator("main img")).to_have_count(0)
    page.goto(reverse("group-list"))
    page.locator("input[name=all]").check()
    page.locator("#id_do").select_option("remove_tag")
    press(page.get_by_role("button", name="Go on"))
    expect(page.locator("main img")).to_have_count(0)
    assert dialogs == []
    assert not RegistryChange.objects.exists()


def test_a_file_is_put_beside_a_group_and_taken_out_again(visit, scene, tmp_path):
    path = tmp_path / "合作协议.pdf"
    path.write_bytes(b"%PDF-1.7 agreement")
    page = visit(reverse("group-record", args=[scene.rich.pk]), user=scene.operator, screen="phone")
    page.set_input_files("#id_file", path)
    press(page.get_by_role("button", name="添加文件"))
    page.get_by_text("合作协议.pdf").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("下载")).click()
    assert download.value.suggested_filename == "合作协议.pdf"
    assert download.value.path().read_bytes() == b"%PDF-1.7 agreement"
    page.locator("#id_text").fill("群主休假到周五")
    press(page.get_by_role("button", name="添加备注"))
    page.get_by_text("备注已记下").wait_for()
    expect(page.locator("main")).to_contain_text("群主休假到周五", use_inner_text=True)
