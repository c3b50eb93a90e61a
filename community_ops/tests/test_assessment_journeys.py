"""AC-01 to AC-08, AC-11 and the assessment's part of AC-40, as a person walks them."""

import re
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assessments.drafts import pages_of
from assessments.models import Assessment
from assessments.tests.filling import EXAMPLE, FAULTLESS, make_category, page_address, prefill
from assessments.tests.making import make_assessment
from community_ops.tests.browser import press, words
from groups.tests.making import make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team():
    return make_team(name="华东一组")


@pytest.fixture
def op(team):
    return make_user(team, display_name="李婷")


@pytest.fixture
def draft(team, op):
    return make_assessment(team, op)


def expect_at(page, address):
    """The page is at this address, whatever comes behind it."""
    page.wait_for_url(lambda url: urlsplit(url).path == address)


def go_on(page):
    """Tap Continue and wait for the answer."""
    with page.expect_navigation():
        page.locator("[name=continue]").last.click()


def type_example(page, draft, op):
    """Answer the worked example with the keyboard and taps, from the first page on."""
    named = {"OWNER": str(op.pk), "CATEGORY": str(make_category().pk)}
    for place, answers in EXAMPLE.items():
        page.goto(page_address(draft, place))
        for key, answer in answers.items():
            for value in answer if isinstance(answer, list) else [answer]:
                control = page.locator(f"[name='{key}']")
                kind = control.first.evaluate("each => each.type")
                if kind == "select-one":
                    control.select_option(named.get(value, value))
                elif kind in ("radio", "checkbox"):
                    page.check(f"[name='{key}'][value='{value}']")
                else:
                    control.fill(value)
        go_on(page)


def test_a_draft_goes_on_from_another_device(visit, op, draft):
    """AC-01."""
    page = visit(page_address(draft, "need/why"), user=op, screen="desktop")
    page.check("[value=deals]")
    go_on(page)
    page.check("[value=asked]")
    go_on(page)
    page.context.close()
    phone = visit("/", user=op)
    with phone.expect_navigation():
        phone.locator(f"a[href='{reverse('assessment-continue', args=[draft.pk])}']").first.click()
    expect_at(phone, page_address(draft, "need/alternative"))
    phone.goto(page_address(draft, "need/why"))
    expect(phone.locator("[value=deals]").first).to_be_checked()


def test_two_drafts_in_two_tabs_keep_apart(visit, team, op, draft):
    """AC-02."""
    other = make_assessment(team, op)
    first = visit(page_address(draft, "need/evidence"), user=op)
    second = first.context.new_page()
    second.goto(page_address(other, "need/evidence"))
    first.check("[value=asked]")
    second.check("[value=interviews]")
    go_on(first)
    second.fill("[name=interviews]", "12")
    go_on(second)
    first.check("[value=no]")
    second.check("[value=partly]")
    go_on(second)
    go_on(first)
    assert pages_of(draft)["need", "evidence"].answers == {"evidence": "asked"}
    assert pages_of(draft)["need", "alternative"].answers == {"alternative": "no"}
    assert pages_of(other)["need", "evidence"].answers == {"evidence": "interviews", "interviews": 12}
    assert pages_of(other)["need", "alternative"].answers == {"alternative": "partly"}


@pytest.mark.parametrize("script", [True, False])
def test_back_is_safe(visit, op, draft, script):
    """AC-03."""
    page = visit(page_address(draft, "need/why"), user=op, script=script)
    page.check("[value=deals]")
    go_on(page)
    page.check("[value=old_group]")
    go_on(page)
    page.check("[value=partly]")
    for _twice in range(2):
        page.go_back()
    expect(page.locator("[value=deals]").first).to_be_checked()
    for _twice in range(2):
        page.go_forward()
    page.check("[value=partly]")
    go_on(page)
    page.goto(page_address(draft, "need/alternative"))
    press(page.locator(".back-link").first)
    expect_at(page, page_address(draft, "need/evidence"))
    expect(page.locator("[value=old_group]").first).to_be_checked()
    assert draft.pages.count() == 3


def test_the_verdict_is_no_link_until_all_is_done(visit, op, draft):
    """AC-04."""
    page = visit(page_address(draft, "duration/exit"), user=op)
    page.check("[value=not_yet]")
    go_on(page)
    expect_at(page, reverse("assessment-tasks", args=[draft.pk]))
    expect(page.locator(".task-list li").last.locator("a")).to_have_count(0)
    page.goto(reverse("verdict", args=[draft.pk]))
    expect_at(page, reverse("assessment-tasks", args=[draft.pk]))
    expect(page.locator(".alert")).to_have_text("先完成 4 节，再看结论", use_inner_text=True)


@pytest.mark.parametrize(("language", "prefix"), [("zh-hans", "错误："), ("en", "Error: ")])
def test_an_error_summary_leads_to_its_fields(visit, op, draft, language, prefix):
    """AC-05."""
    page = visit(page_address(draft, "basics/name"), user=op, language=language)
    page.fill("[name=group_count]", "2.5")
    go_on(page)
    expect(page).to_have_title(re.compile("^" + re.escape(prefix)))
    page.wait_for_function("() => document.activeElement?.matches('[data-error-summary]')")
    expect(page.locator("[name=group_count]")).to_have_value("2.5")
    links = page.locator("[data-error-summary] a")
    expect(links).to_have_count(3)
    inline = page.locator(".question .invalid-feedback")
    expect(inline).to_have_count(3)
    for place in range(3):
        link = links.nth(place)
        expect(inline.nth(place)).to_have_text(words(page, f"[data-error-summary] li:nth-child({place + 1}) a"))
        link.click()
        page.wait_for_function("(link) => link.hash === `#${document.activeElement?.id}`", arg=link.element_handle())
    expect(page.locator("form[data-question-form]")).to_have_attribute("novalidate", "")


def test_a_change_of_model_asks_the_new_page_and_returns(visit, op, draft):
    """AC-06."""
    prefill(draft, FAULTLESS, op)
    page = visit(reverse("assessment-check", args=[draft.pk]), user=op)
    press(page.locator(f"a[href^='{page_address(draft, 'need/model')}']").first)
    page.check("[name=earns][value=paid]")
    go_on(page)
    expect_at(page, page_address(draft, "need/revenue"))
    for key, value in {"price": "199", "months": "12", "payers": "2000"}.items():
        page.fill(f"[name=paid_{key}]", value)
    for key in ("renewal", "refund", "delivery"):
        page.fill(f"[name=paid_{key}]", "0")
    go_on(page)
    expect_at(page, reverse("assessment-check", args=[draft.pk]))
    expect(page.locator("main")).to_contain_text("¥199", use_inner_text=True)
    expect(page.locator("main")).not_to_contain_text("客单价", use_inner_text=True)


@pytest.mark.parametrize("script", [True, False])
def test_the_worked_example_typed_by_hand(visit, op, draft, script):
    """AC-07; without scripts also AC-40: the wizard, a condition, both files and the groups that come of it."""
    page = visit(reverse("assessment-tasks", args=[draft.pk]), user=op, screen="desktop", script=script)
    type_example(page, draft, op)
    page.goto(page_address(draft, "need/costs"))
    shown = words(page, "#estimate-figures")
    for figure in ("¥38,400", "¥11,783", "¥3,577", "102 天", "6.1%", "-¥4,103", "¥11,257"):
        assert figure in shown, figure
    page.goto(reverse("assessment-check", args=[draft.pk]))
    page.check("[name=declared]")
    press(page.locator("form:has([name=declared]) button"))
    expect_at(page, reverse("verdict", args=[draft.pk]))
    expect(page.locator(".verdict-banner h1").first).to_contain_text("有条件地做", use_inner_text=True)
    assert [condition.code for condition in draft.verdicts.get().conditions.all()] == ["C17", "C19"]
    if not script:
        meet_a_condition(page, draft.verdicts.get().conditions.last())
        for name, kind in (("verdict-png", "image/png"), ("verdict-pdf", "application/pdf")):
            answer = page.request.get(reverse(name, args=[draft.pk]))
            assert (answer.status, answer.headers["content-type"]) == (200, kind)
    with page.expect_navigation():
        page.click(f"a[href='{reverse('verdict-register', args=[draft.pk])}']")
    with page.expect_navigation():
        page.locator("main form button.btn-primary").click()
    expect(page).to_have_url(re.compile("#made-title$"))
    with page.expect_navigation():
        page.click("section[aria-labelledby=made-title] a")
    expect(page).to_have_url(re.compile(r"/groups/\d+/$"))
    assert Assessment.objects.get().verdicts.get().registrations.count() == 4


def meet_a_condition(page, condition):
    """On the page of its verdict: say that it is done, and save."""
    page.select_option(f"[name=condition-{condition.pk}-state]", "done")
    press(page.locator(f"form[action$='/conditions/{condition.pk}/'] button"))
    expect(page.locator(f"[name=condition-{condition.pk}-state]")).to_have_value("done")
    expect(page.locator("#conditions")).to_contain_text("2 个条件已满足 1 个", use_inner_text=True)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_money_and_dates_are_read_as_people_type_them(visit, op, draft, language):
    """AC-08."""
    prefill(draft, FAULTLESS, op)
    page = visit(page_address(draft, "need/costs"), user=op, language=language)
    echo = "识别为 ¥12,000" if language == "zh-hans" else "Read as ¥12,000"
    for typed in ("12,000", "¥12000", "１２０００", "1.2万", "1.2w", "12000元"):
        page.fill("[name=one_off]", typed)
        page.locator("#echo-one_off", has_text=echo).wait_for()
        go_on(page)
        assert pages_of(draft)["need", "costs"].answers["one_off"] == "12000.00"
        page.goto(page_address(draft, "need/costs"))
        expect(page.locator("#echo-one_off")).to_have_text(echo, use_inner_text=True)
    page.fill("[name=one_off]", "1.2.3")
    go_on(page)
    expect(page.locator("[data-error-summary] a")).to_have_count(1)
    for typed in ("2026年12月1日", "2026.12.1", "2026/12/1"):
        page.goto(page_address(draft, "duration/length"))
        page.fill("[name=starts_on]", typed)
        go_on(page)
        assert pages_of(draft)["duration", "length"].answers["starts_on"] == "2026-12-01"


def test_the_estimate_follows_the_typing(visit, op, draft):
    """AC-11."""
    prefill(draft, EXAMPLE, op)
    page = visit(page_address(draft, "need/revenue"), user=op, screen="desktop")
    expect(page.locator("#estimate-figures")).to_have_attribute("aria-live", "polite")
    page.evaluate(
        """() => {
            window.changes = 0;
            new MutationObserver(() => { window.changes += 1; })
                .observe(document.getElementById("estimate-figures"), { childList: true });
        }"""
    )
    page.focus("[name=sell_margin]")
    page.locator("[name=sell_margin]").evaluate(
        """(field) => {
            for (field.value of ["", "5", "50"]) field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        }"""  # keys as fast as they come: a slow machine does not put a pause between them
    )
    page.locator("#estimate-figures", has_text="¥19,200").wait_for()
    page.wait_for_function("() => document.activeElement?.name === 'sell_margin'")
    page.wait_for_function("() => window.changes === 1")
    assert pages_of(draft)["need", "revenue"].answers["sell_margin"] == "40"


def test_the_estimate_is_there_without_a_script(visit, op, draft):
    """AC-11."""
    prefill(draft, EXAMPLE, op)
    page = visit(page_address(draft, "need/revenue"), user=op, script=False)
    page.fill("[name=sell_margin]", "50")
    go_on(page)
    expect(page.locator("#estimate-figures")).to_contain_text("¥19,200", use_inner_text=True)
    page.goto(page_address(draft, "need/model"))
    expect(page.locator("#question-partner_campaigns")).to_be_visible()


def test_a_question_shows_when_it_is_asked(visit, op, draft):
    page = visit(page_address(draft, "need/model"), user=op)
    expect(page.locator("#question-selling_kind")).to_be_hidden()
    page.check("[name=earns][value=mixed]")
    page.check("[name=main][value=selling]")
    expect(page.locator("#question-selling_kind")).to_be_visible()
    page.check("[name=earns][value=undecided]")
    expect(page.locator("#question-main")).to_be_hidden()
    expect(page.locator("#question-selling_kind")).to_be_hidden()
    page.goto(page_address(draft, "need/why"))
    page.check("[value=deals]")
    page.check("[value=unclear]")
    expect(page.locator("[value=deals]").first).not_to_be_checked()


def test_the_language_changes_under_a_half_filled_page(visit, op, draft):
    """AC-23."""
    page = visit(page_address(draft, "basics/name"), user=op)
    page.fill("[name=name]", "零食会员复购群")
    page.check("[name=platform][value=qq]")
    with page.expect_navigation():
        page.click("[data-language-switch] button:has-text('EN')")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[name=name]")).to_have_value("零食会员复购群")
    expect(page.locator("[name=platform][value=qq]")).to_be_checked()
    assert not re.search(r"[\u3400-\u9fff]", words(page, "form[data-question-form]"))


def test_without_a_network_the_answers_wait(visit, op, draft):
    """AC-40: sent once when the network is back."""
    page = visit(page_address(draft, "need/alternative"), user=op)
    page.clock.install(time=0)
    page.clock.pause_at(1000)  # nothing is kept by itself before the network is gone
    page.check("[value=partly]")
    page.context.set_offline(True)
    for _twice in range(2):
        page.locator("[name=continue]").click()
    page.locator("[data-offline]", has_text="网络断开").wait_for()
    expect(page.locator("[value=partly]").first).to_be_checked()
    with page.expect_navigation():
        page.context.set_offline(False)
    expect_at(page, page_address(draft, "need/model"))
    saved = pages_of(draft)["need", "alternative"]
    assert (saved.version, saved.answers) == (1, {"alternative": "partly"})


def test_the_way_back_shows_a_page_that_was_refused_once(visit, op, draft):
    """It came by POST, which a browser does not show again of itself."""
    page = visit(page_address(draft, "need/alternative"), user=op)
    page.locator("[name=continue]:visible").first.click()
    page.locator(".error-summary").wait_for()
    page.check("[value=partly]")
    page.locator("[name=continue]:visible").first.click()
    expect_at(page, page_address(draft, "need/model"))
    page.go_back()
    expect_at(page, page_address(draft, "need/alternative"))
    expect(page.locator("[value=partly]").first).to_be_checked()


def test_what_is_typed_is_there_on_another_device_without_being_sent(visit, op, draft):
    page = visit(page_address(draft, "basics/name"), user=op)
    page.fill("[name=name]", "零食会员复购群")
    page.locator("[data-kept]", has_text="已存").wait_for()
    page.fill("[name=group_count]", "4")
    page.check("[name=platform][value=wecom]")
    page.evaluate("""
        Object.defineProperty(document, "visibilityState", { value: "hidden" });
        document.dispatchEvent(new Event("visibilitychange"));
    """)
    page.locator("[data-question-form] [name=version][value='2']").wait_for(state="attached")
    page.context.close()
    phone = visit(page_address(draft, "basics/name"), user=op)
    expect(phone.locator("[name=name]")).to_have_value("零食会员复购群")
    expect(phone.locator("[name=group_count]")).to_have_value("4")
    go_on(phone)
    assert pages_of(draft)["basics", "name"].version == 3
