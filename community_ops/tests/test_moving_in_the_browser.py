"""Moving people, the library of playbooks and many cases at once in a real browser, on a phone and on a desktop."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
import segno
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from community_ops.tests.browser import assert_accessible, assert_fits, press, shoot
from groups.models import Group
from groups.rules.member_hashes import member_hash
from groups.tests.making import make_group, make_team, make_user
from lifecycle.models import AskedMember, Case, HealthState, MemberNumber, Migration
from lifecycle.tests.cases.making import act, make_case, make_decided, make_dying_group, make_standing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _days_deleted():
    """The daily tables are not Django's: they are emptied by hand after a test that commits."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE lifecycle_health, lifecycle_daily, lifecycle_acting, lifecycle_membernumber")


def moving_case(team, manager) -> Case:
    """A case that was decided to migrate, with two members who showed life and a group that fits."""
    group = make_dying_group(team=team, name="宝妈交流 A 群", theme="亲子阅读")
    today = timezone.localdate()
    for back, members in ((20, [1, 2]), (4, [1])):
        act(group, today - timedelta(days=back), messages=2, speakers=len(members), members=members)
    for number, identity in ((1, "wm-ana"), (2, "wm-ben")):
        MemberNumber.objects.create(
            group_id=group.pk, number=number, hash=member_hash(settings.MEMBER_KEY.encode(), "", identity)
        )
    target = make_group(team=team, name="亲子阅读秋季群", theme="亲子阅读", member_cap=200)
    make_standing(target, state=HealthState.STABLE, members=120)
    case = make_decided(make_case(group), "migrate", by=manager)
    Case.objects.filter(pk=case.pk).update(decided_at=timezone.now())
    return Case.objects.get(pk=case.pk)


def a_code() -> bytes:
    made = io.BytesIO()
    segno.make("https://example.com/g/1").save(made, kind="png", scale=5)
    return made.getvalue()


def test_people_are_moved_on_a_phone_and_their_names_never_leave_it(visit):
    team = make_team()
    manager = make_user(team, role="manager", display_name="王芳")
    case = moving_case(team, manager)
    name = f"安娜{uuid4().hex[:8]}"
    path = reverse("case-moving", args=[case.pk])
    page = visit(path, user=manager, language="zh-hans", screen="phone")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    file = f"编号,姓名\nwm-ana,{name}\nnobody,别人\n".encode("gb18030")
    page.set_input_files("#names-file", {"name": "names.csv", "mimeType": "text/csv", "buffer": file})
    expect(page.locator('[data-name-of="1"]')).to_have_text(name)
    expect(page.locator('[data-name-of="2"]')).to_have_text("")
    shoot(page, "moving-phone-zh")
    assert_fits(page)
    assert_accessible(page)
    assert len(sent) == 1 and "wm-ana" in sent[0] and name not in sent[0]
    page.check('input[name=number][value="1"]')
    press(page.locator("#people form button"))
    expect(page.locator('input[name=number][value="1"]')).to_be_checked()
    expect(page.locator('[data-name-of="1"]')).to_have_text("")  # gone with the page
    page.check(f'input[name=target][value="{Group.objects.get(name="亲子阅读秋季群").pk}"]')
    press(page.locator("#where form button"))
    expect(page.locator("#where")).to_contain_text("亲子阅读秋季群")
    page.set_input_files("#id_picture", {"name": "code.png", "mimeType": "image/png", "buffer": a_code()})
    page.fill("#id_until", (timezone.localdate() + timedelta(days=7)).isoformat())
    press(page.locator("#code form button"))
    expect(page.locator(".group-code img")).to_have_js_property("naturalWidth", 720)
    shoot(page, "moving-phone-zh-code")
    assert AskedMember.objects.get().number == 1 and Migration.objects.get().target.name == "亲子阅读秋季群"
    page = visit(path, user=manager, language="en", screen="desktop", theme="dark")
    shoot(page, "moving-desktop-en-dark")
    assert_fits(page)
    assert_accessible(page)


def test_a_playbook_is_changed_and_archived(visit):
    team = make_team()
    manager = make_user(team, role="manager")
    page = visit(reverse("playbook-list"), user=manager, language="zh-hans", screen="phone")
    shoot(page, "playbooks-phone-zh")
    assert_fits(page)
    assert_accessible(page)
    address = reverse("playbook-page", args=[team.pk, "script"])
    page.goto(address)
    shoot(page, "playbook-phone-zh")
    assert_fits(page)
    assert_accessible(page)
    page.goto(reverse("playbook-edit", args=[team.pk, "script"]))
    shoot(page, "playbook-edit-phone-zh")
    assert_fits(page)
    assert_accessible(page)
    title = f"周四晚 {uuid4().hex[:6]}"
    page.fill("#id_title", title)
    page.fill("#id_s6-title", "给三位老成员打电话")
    page.fill("#id_s6-due_in", "2")
    page.fill("#id_s6-words", "$secret")
    press(page.locator("main form button"))
    expect(page.locator(".error-summary")).to_contain_text("$secret")
    page.fill("#id_s6-words", "$group 想听听你的意见")
    press(page.locator("main form button"))
    expect(page.locator("h1")).to_have_text(title)
    page = visit(address, user=manager, language="en", screen="desktop", theme="dark")
    expect(page.locator(".case-steps")).to_contain_text("给三位老成员打电话")
    shoot(page, "playbook-desktop-en-dark")
    assert_fits(page)
    press(page.get_by_role("button", name="Back to the shipped one"))
    expect(page.locator("h1")).to_have_text("Scripted activation")
    press(page.get_by_role("button", name="Archive it"))
    expect(page.get_by_role("button", name="Offer it again")).to_have_count(1)


def test_ticked_cases_are_handed_over_and_one_moves_on_by_its_menu(visit):
    team = make_team()
    manager, other = make_user(team, role="manager"), make_user(team, display_name="李强")
    for n in range(3):
        make_case(make_dying_group(team=team, name=f"西湖 {n} 群"))
    page = visit(reverse("case-board") + "?column=triage", user=manager, language="zh-hans", screen="phone")
    assert_fits(page)
    assert_accessible(page)
    page.locator("[name=pick]").first.check()
    page.locator("[name=pick]").nth(1).check()
    shoot(page, "assign-many-phone-zh")
    page.select_option("#id_owner", str(other.pk))
    press(page.locator(".assign-many button"))
    expect(page.locator(".alert-success")).to_have_count(1)
    assert Case.objects.filter(owner=other).count() == 2
    page.locator(".move-menu summary").first.click()
    press(page.locator(".move-menu a", has_text="误报").first)
    page.fill("#id_reason", "装修两周")
    press(page.locator("main form button").first)
    expect(page.locator(".error-summary")).to_have_count(1)
    page.fill("#id_reason", "门店装修停业两周，下周恢复")
    press(page.locator("main form button").first)
    expect(page.locator("main")).to_contain_text("门店装修停业两周")
    page.goto(reverse("case-board") + "?column=triage")
    expect(page.locator(".case-card")).to_have_count(2)
    page.locator(".move-menu summary").first.click()
    press(page.locator(".move-menu a", has_text="暂缓").first)
    page.check("#id_until_4")
    page.fill("#id_day", (timezone.localdate() + timedelta(days=9)).isoformat())
    shoot(page, "snooze-phone-zh")
    press(page.locator("main form button").first)
    page.goto(reverse("case-board") + "?column=snoozed")
    expect(page.locator(".case-card")).to_have_count(1)
    asleep = Case.objects.get(snoozed_until__isnull=False)
    assert asleep.snoozed_until_worse_than == 2 and Case.objects.get(state="kept").decision_reason
