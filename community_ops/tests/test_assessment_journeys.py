"""AC-01 to AC-08, AC-11 and the assessment's part of AC-40, as a person walks them."""

import re
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from assessments.drafts import pages_of
from assessments.models import Assessment
from assessments.tests.filling import EXAMPLE, FAULTLESS, make_category, page_address, prefill
from assessments.tests.making import make_assessment
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


def on(page, address):
    """Whether the page is at this address, whatever comes behind it."""
    return urlsplit(page.url).path == address


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
                if control.first.evaluate("each => each.tagName") == "SELECT":
                    control.select_option(named.get(value, value))
                elif control.first.get_attribute("type") in ("radio", "checkbox"):
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
    assert on(phone, page_address(draft, "need/alternative"))
    phone.goto(page_address(draft, "need/why"))
    assert phone.is_checked("[value=deals]")


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
    assert page.is_checked("[value=deals]")
    for _twice in range(2):
        page.go_forward()
    page.check("[value=partly]")
    go_on(page)
    page.goto(page_address(draft, "need/alternative"))
    page.click(".back-link")
    assert on(page, page_address(draft, "need/evidence"))
    assert page.is_checked("[value=old_group]")
    assert draft.pages.count() == 3


def test_the_verdict_is_no_link_until_all_is_done(visit, op, draft):
    """AC-04."""
    page = visit(page_address(draft, "duration/exit"), user=op)
    page.check("[value=not_yet]")
    go_on(page)
    assert on(page, reverse("assessment-tasks", args=[draft.pk]))
    assert page.locator(".task-list li").last.locator("a").count() == 0
    page.goto(reverse("verdict", args=[draft.pk]))
    assert on(page, reverse("assessment-tasks", args=[draft.pk]))
    assert page.locator(".alert").inner_text().strip() == "先完成 4 节，再看结论"


@pytest.mark.parametrize(("language", "prefix"), [("zh-hans", "错误："), ("en", "Error: ")])
def test_an_error_summary_leads_to_its_fields(visit, op, draft, language, prefix):
    """AC-05."""
    page = visit(page_address(draft, "basics/name"), user=op, language=language)
    page.fill("[name=group_count]", "2.5")
    go_on(page)
    assert page.title().startswith(prefix)
    page.wait_for_function("document.activeElement?.matches('[data-error-summary]')")
    assert page.input_value("[name=group_count]") == "2.5"
    links = page.locator("[data-error-summary] a")
    assert links.count() == 3
    inline = page.locator(".question .invalid-feedback").all_inner_texts()
    assert links.all_inner_texts() == inline
    for place in range(3):
        control = links.nth(place).get_attribute("href")[1:]
        links.nth(place).click()
        page.wait_for_function("(id) => document.activeElement?.id === id", arg=control)
    assert page.locator("form[data-question-form]").get_attribute("novalidate") is not None


def test_a_change_of_model_asks_the_new_page_and_returns(visit, op, draft):
    """AC-06."""
    prefill(draft, FAULTLESS, op)
    page = visit(reverse("assessment-check", args=[draft.pk]), user=op)
    page.click(f"a[href^='{page_address(draft, 'need/model')}']")
    page.check("[name=earns][value=paid]")
    go_on(page)
    assert on(page, page_address(draft, "need/revenue"))
    for key, value in {"price": "199", "months": "12", "payers": "2000"}.items():
        page.fill(f"[name=paid_{key}]", value)
    for key in ("renewal", "refund", "delivery"):
        page.fill(f"[name=paid_{key}]", "0")
    go_on(page)
    assert on(page, reverse("assessment-check", args=[draft.pk]))
    assert "¥199" in page.inner_text("main")
    assert "客单价" not in page.inner_text("main")


@pytest.mark.parametrize("script", [True, False])
def test_the_worked_example_typed_by_hand(visit, op, draft, script):
    """AC-07, and the wizard's part of AC-40 without scripts."""
    page = visit(reverse("assessment-tasks", args=[draft.pk]), user=op, screen="desktop", script=script)
    type_example(page, draft, op)
    page.goto(page_address(draft, "need/costs"))
    shown = page.inner_text("#estimate-figures")
    for figure in ("¥38,400", "¥11,783", "¥3,577", "102 天", "6.1%", "-¥4,103", "¥11,257"):
        assert figure in shown, figure
    page.goto(reverse("assessment-check", args=[draft.pk]))
    page.check("[name=declared]")
    page.locator("form:has([name=declared]) button").click()
    assert on(page, reverse("verdict", args=[draft.pk]))
    assert "有条件地做" in page.inner_text(".verdict-banner h1")
    assert [condition.code for condition in draft.verdicts.get().conditions.all()] == ["C17", "C19"]
    with page.expect_navigation():
        page.click(f"a[href='{reverse('verdict-register', args=[draft.pk])}']")
    with page.expect_navigation():
        page.locator("main form button.btn-primary").click()
    assert page.url.endswith("#made-title")
    with page.expect_navigation():
        page.click("section[aria-labelledby=made-title] a")
    assert re.search(r"/groups/\d+/$", page.url)
    assert Assessment.objects.get().verdicts.get().registrations.count() == 4


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
        assert page.inner_text("#echo-one_off") == echo
    page.fill("[name=one_off]", "1.2.3")
    go_on(page)
    assert page.locator("[data-error-summary] a").count() == 1
    for typed in ("2026年12月1日", "2026.12.1", "2026/12/1"):
        page.goto(page_address(draft, "duration/length"))
        page.fill("[name=starts_on]", typed)
        go_on(page)
        assert pages_of(draft)["duration", "length"].answers["starts_on"] == "2026-12-01"


def test_the_estimate_follows_the_typing(visit, op, draft):
    """AC-11."""
    prefill(draft, EXAMPLE, op)
    page = visit(page_address(draft, "need/revenue"), user=op, screen="desktop")
    assert page.get_attribute("#estimate-figures", "aria-live") == "polite"
    page.evaluate(
        """() => {
            window.changes = 0;
            new MutationObserver(() => { window.changes += 1; })
                .observe(document.getElementById("estimate-figures"), { childList: true });
        }"""
    )
    page.fill("[name=sell_margin]", "")
    page.type("[name=sell_margin]", "50", delay=60)
    page.locator("#estimate-figures", has_text="¥19,200").wait_for(timeout=5000)
    page.wait_for_function("document.activeElement?.name === 'sell_margin'")
    assert page.evaluate("window.changes") == 1
    assert pages_of(draft)["need", "revenue"].answers["sell_margin"] == "40"


def test_the_estimate_is_there_without_a_script(visit, op, draft):
    """AC-11."""
    prefill(draft, EXAMPLE, op)
    page = visit(page_address(draft, "need/revenue"), user=op, script=False)
    page.fill("[name=sell_margin]", "50")
    go_on(page)
    assert "¥19,200" in page.inner_text("#estimate-figures")
    page.goto(page_address(draft, "need/model"))
    assert page.locator("#question-partner_campaigns").is_visible()


def test_a_question_shows_when_it_is_asked(visit, op, draft):
    page = visit(page_address(draft, "need/model"), user=op)
    assert not page.locator("#question-selling_kind").is_visible()
    page.check("[name=earns][value=mixed]")
    page.check("[name=main][value=selling]")
    assert page.locator("#question-selling_kind").is_visible()
    page.check("[name=earns][value=undecided]")
    assert not page.locator("#question-main").is_visible()
    assert not page.locator("#question-selling_kind").is_visible()
    page.goto(page_address(draft, "need/why"))
    page.check("[value=deals]")
    page.check("[value=unclear]")
    assert not page.is_checked("[value=deals]")


def test_the_language_changes_under_a_half_filled_page(visit, op, draft):
    """AC-23."""
    page = visit(page_address(draft, "basics/name"), user=op)
    page.fill("[name=name]", "零食会员复购群")
    page.check("[name=platform][value=qq]")
    with page.expect_navigation():
        page.click("[data-language-switch] button:has-text('EN')")
    assert page.get_attribute("html", "lang") == "en"
    assert page.input_value("[name=name]") == "零食会员复购群"
    assert page.is_checked("[name=platform][value=qq]")
    assert not re.search(r"[\u3400-\u9fff]", page.inner_text("form[data-question-form]"))


def test_without_a_network_the_answers_wait(visit, op, draft):
    """AC-40: sent once when the network is back."""
    page = visit(page_address(draft, "need/alternative"), user=op)
    page.check("[value=partly]")
    page.context.set_offline(True)
    for _twice in range(2):
        page.locator("[name=continue]").click()
    page.locator("[data-offline]", has_text="网络断开").wait_for()
    assert page.is_checked("[value=partly]")
    with page.expect_navigation():
        page.context.set_offline(False)
    assert on(page, page_address(draft, "need/model"))
    saved = pages_of(draft)["need", "alternative"]
    assert (saved.version, saved.answers) == (1, {"alternative": "partly"})


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
    assert (phone.input_value("[name=name]"), phone.input_value("[name=group_count]")) == ("零食会员复购群", "4")
    go_on(phone)
    assert pages_of(draft)["basics", "name"].version == 3
