"""AC-09 and AC-10: each rule through the pages, in both languages, with the link to the answer behind it."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from assessments.models import Override, Verdict
from assessments.rule_sets import save_rules
from assessments.rules.thresholds import Thresholds
from assessments.sentences import finding_sentence
from assessments.tests.filling import (
    EXAMPLE,
    FAULTLESS,
    changed,
    fill,
    make_category,
    page_address,
    prefill,
    submit,
)
from assessments.tests.making import make_assessment, signed_in
from assessments.verdicts import update_condition
from groups.models import AuditEntry
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db

PARTNERS = {
    "need__model": {"earns": "partners", "audience_match": "list", "partner_campaigns": "2"},
    "need__revenue": {"partner_basis": "campaign", "partner_unit": "20,000"},
}
FLASH = {
    "need__model": {"earns": "selling", "selling_kind": "flash_sale"},
    "need__revenue": {"flash_buyers": "8", "flash_campaigns": "12"},
}
# rule: (page that causes it, changed answers)
RULES = {
    "S01": ("need/why", {"need__why": {"reasons": ["unclear"]}}),
    "S02": ("need/alternative", {"need__alternative": {"alternative": "yes"}}),
    "S03": ("need/model", {"need__model": {"earns": "undecided"}}),
    "S04": ("duration/length", {"duration__mission": {"lasting_reasons": ["none"]}}),
    "S05": ("need/revenue", {"need__revenue": {"sell_buyers": "2"}}),
    "S06": ("need/costs", {"basics__name": {"group_count": "7"}}),
    "C01": ("basics/purpose", {"basics__purpose": {"purpose": "unclear"}}),
    "C02": ("need/why", {"need__why": {"shared_goal": ""}}),
    "C03": ("need/evidence", {"need__evidence": {"evidence": "others"}}),
    "C04": ("need/alternative", {"need__alternative": {"alternative": "unsure"}}),
    "C05": ("need/model", PARTNERS | {"need__model": PARTNERS["need__model"] | {"audience_match": "unknown"}}),
    "C06": ("need/model", PARTNERS | {"need__model": PARTNERS["need__model"] | {"partner_campaigns": "3"}}),
    "C07": ("need/revenue", {"basics__purpose": {"purpose": "passion"}, "need__revenue": {"budget_cap": "9000"}}),
    "C08": (
        "activity/kind",
        {
            "basics__name": {"group_count": "2"},
            "activity__kind": {"kind": "conversation", "signal_conversation": "speakers_7"},
        },
    ),
    "C09": ("basics/purpose", {}),
    "C10": ("activity/content", {"activity__content": {"content_sources": ["members"]}}),
    "C11": ("activity/rhythm", {"activity__rhythm": {"posts_per_day": "7"}}),
    "C12": ("activity/rhythm", {"activity__rhythm": {"review": "never"}}),
    "C13": ("duration/length", FLASH),
    "C14": ("duration/length", {"duration__length": {"span": "bounded", "ends_on": "2026-12-20"}}),
    "C15": ("duration/funnel", {"duration__funnel": {"layer": "mass"}}),
    "C16": ("duration/exit", {"duration__exit": {"exit_plan": "not_yet"}}),
    "C17": ("need/revenue", {"need__revenue": {"sell_value": "240"}}),
    "C18": ("need/revenue", {"need__revenue": {"sell_buyers": "3.6"}}),
    "C19": ("need/costs", {"basics__name": {"group_count": "4"}}),
    "C20": ("need/costs", {}),
}
WORDS = {
    "go": ("Go", "建议做"),
    "conditional": ("Conditional", "有条件地做"),
    "not_now": ("Not now", "现在不建议做"),
}


@pytest.fixture
def boss(team):
    return make_user(team, role="manager", language="en")


def decided(client, op, team, pages=FAULTLESS):
    assessment = make_assessment(team, op)
    prefill(assessment, pages, op)
    submit(client, assessment)
    return assessment


def shown(client, assessment, language="en"):
    answer = client.get(reverse("verdict", args=[assessment.pk]), {"lang": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("code", RULES)
def test_each_rule_alone_through_the_pages(code, client, op, team):
    cause, changes = RULES[code]
    if code == "C09":
        for _group in range(13):
            make_group(team=team, owner=op)
    if code == "C20":
        make_group(team=team, owner=op, plan_weekly_hours=Decimal(23))
    assessment = make_assessment(team, op)
    prefill(assessment, FAULTLESS, op)
    whole = changed(FAULTLESS, **changes)
    fill(client, assessment, {page: whole[page] for page in whole if page.replace("/", "__") in changes}, op)
    submit(client, assessment)
    verdict = assessment.verdicts.get()
    assert [finding["code"] for finding in verdict.findings] == [code]
    assert verdict.outcome == ("not_now" if code[0] == "S" else "conditional")
    for language, word in zip(("en", "zh-hans"), WORDS[verdict.outcome], strict=True):
        page = shown(client, assessment, language)
        with translation.override(language):
            sentence = finding_sentence(code, verdict.findings[0]["figures"])
        assert sentence in page
        assert word in page
        assert f"{page_address(assessment, cause)}#question-" in page
    assert client.get(page_address(assessment, cause)).status_code == 200


def test_more_than_six_conditions_show_the_first_three(client, op, team):
    """S07."""
    pages = changed(
        FAULTLESS,
        need__why={"shared_goal": ""},
        need__evidence={"evidence": "none"},
        need__alternative={"alternative": "partly"},
        activity__rhythm={"review": "never", "posts_per_day": "9"},
        activity__content={"content_sources": ["members"]},
        duration__exit={"exit_plan": "not_yet"},
    )
    assessment = decided(client, op, team, pages)
    page = shown(client, assessment)
    assert "Too many conditions (7); meet the first 3 first" in page
    assert page.count('<li class="later">') == 4


def test_a_rule_s_sentences_differ_by_language():
    figures = {"loss": "4103.33", "driver": "buyers", "break_even": "6.137"}
    with translation.override("en"):
        assert finding_sentence("C17", figures) == "Pessimistic case loses ¥4,103 a month"
    with translation.override("zh-hans"):
        assert finding_sentence("C17", figures) == "悲观情形每月亏 ¥4,103"


def test_a_no_go_is_no_error(client, op, team):
    """AC-10."""
    assessment = decided(client, op, team, changed(FAULTLESS, need__alternative={"alternative": "yes"}))
    page = shown(client, assessment, "zh-hans")
    assert "is-invalid" not in page and "错误" not in page
    assert page.count("<h3>") >= 2
    for alternative in ("私聊", "朋友圈", "快闪", "先访谈 10 个用户"):
        assert alternative in page
    assert reverse("verdict-exception", args=[assessment.pk]) in page
    assert reverse("verdict-register", args=[assessment.pk]) not in page


def test_an_exception_needs_twenty_characters(client, op, team, boss):
    assessment = decided(client, op, team, changed(FAULTLESS, need__alternative={"alternative": "yes"}))
    address = reverse("verdict-exception", args=[assessment.pk])
    manager = signed_in(boss)
    answer = manager.post(address, {"reason": "because I say so"})
    assert answer.status_code == 422
    assert "The reason must have at least 20 characters" in answer.content.decode()
    assert not Override.objects.exists()
    manager.post(address, {"reason": "The regional director promised it to our oldest partners"})
    assert "主管批准例外" in shown(manager, assessment, "zh-hans")
    assert "Exception approved" in shown(manager, assessment)
    entry = AuditEntry.objects.get(verb="exception granted")
    assert (entry.actor_id, entry.reason[:12]) == (boss.pk, "The regional")


def test_an_operator_asks_and_a_manager_grants(client, op, team, boss):
    assessment = decided(client, op, team, changed(FAULTLESS, need__alternative={"alternative": "yes"}))
    address = reverse("verdict-exception", args=[assessment.pk])
    client.post(address, {"reason": "Our partners have been waiting since spring"})
    client.post(address, {"reason": "A second time: our partners have been waiting"})
    override = Override.objects.get()
    assert override.granted is None
    assert client.post(address, {"decision": "grant"}).status_code == 403
    assert client.get(reverse("verdict-register", args=[assessment.pk])).status_code == 302
    signed_in(boss).post(address, {"decision": "grant"})
    override.refresh_from_db()
    assert (override.granted, override.decided_by) == (True, boss)
    assert reverse("verdict-register", args=[assessment.pk]) in shown(client, assessment)


def test_after_a_decline_one_may_ask_again(client, op, team, boss):
    assessment = decided(client, op, team, changed(FAULTLESS, need__alternative={"alternative": "yes"}))
    address = reverse("verdict-exception", args=[assessment.pk])
    client.post(address, {"reason": "Our partners have been waiting since spring"})
    signed_in(boss).post(address, {"decision": "decline"})
    assert "declined an exception" in shown(client, assessment)
    client.post(address, {"reason": "They have now signed a contract that names the group"})
    assert [override.granted for override in Override.objects.order_by("pk")] == [False, None]


def test_a_go_needs_no_exception(client, op, team, boss):
    assessment = decided(client, op, team)
    answer = signed_in(boss).post(
        reverse("verdict-exception", args=[assessment.pk]), {"reason": "Nobody needs this reason at all"}
    )
    assert answer.status_code == 404


def test_conditions_are_tasks(client, op, team):
    assessment = decided(client, op, team, EXAMPLE)
    first, second = assessment.verdicts.get().conditions.all()
    assert (first.owner, second.owner) == (op, op)
    assert (first.due_on - timezone.localdate()).days == 28
    address = reverse("verdict-condition", args=[assessment.pk, second.pk])
    prefix = f"condition-{second.pk}"
    typed = {f"{prefix}-owner": op.pk, f"{prefix}-due_on": "2026/12/6", f"{prefix}-state": "done"}
    assert client.post(address, typed).status_code == 302
    second.refresh_from_db()
    assert (second.state, second.due_on, second.done_by) == ("done", date(2026, 12, 6), op)
    client.post(address, typed | {f"{prefix}-state": "open"})
    second.refresh_from_db()
    assert second.done_at is None
    answer = client.post(address, typed | {f"{prefix}-due_on": "soon"})
    assert answer.status_code == 422
    assert "Due date must be a date, like 2026-12-01" in answer.content.decode()


def test_once_all_conditions_are_met_the_page_leads_to_the_next_verdict(client, op, team):
    assessment = decided(client, op, team, EXAMPLE)
    again, page = reverse("assessment-reopen", args=[assessment.pk]), shown(client, assessment)
    assert "0 of 2 conditions are met." in page
    assert "Build with conditions" in page
    assert page.count(f'action="{again}"') == 1
    for condition in assessment.verdicts.get().conditions.all():
        update_condition(
            condition=condition, owner=op, due_on=condition.due_on, state="done", by=op, now=timezone.now()
        )
    page = shown(client, assessment)
    assert "2 of 2 conditions are met. Now change the answers that they turned and assess again" in page
    assert "Build with conditions" not in page
    assert page.count(f'action="{again}"') == 2
    client.post(again)
    client.post(page_address(assessment, "need/costs"), whole_costs(op, weekly_hours="24", hour_cost="25"))
    assert submit(client, assessment).outcome == "go"
    assert [verdict.outcome for verdict in assessment.verdicts.order_by("pk")] == ["conditional", "go"]


def whole_costs(op, **changes):
    category = str(make_category().pk)
    return {key: category if value == "CATEGORY" else value for key, value in (EXAMPLE["need/costs"] | changes).items()}


def test_the_worked_example_says_what_would_change(client, op, team):
    assessment = decided(client, op, team, EXAMPLE)
    page = shown(client, assessment)
    assert "conversion 12.3% or 1,069 more members or labour at ¥32.65 an hour" in page
    assert "a pilot stays below conversion 4.1%" in page
    assert "from there to conversion 6.1% it stays conditional (C18)" in page
    assert "Add 4 hours a week, or start with 3 groups only" in page
    assert "People cover 83% of the hours needed." in page


def test_a_verdict_by_older_rules_says_so(client, op, team):
    assessment = decided(client, op, team)
    assert "Assess again to use them" not in shown(client, assessment)
    save_rules(thresholds=Thresholds(posts_per_day=5), note="Fewer posts", based_on=1, by=op, now=timezone.now())
    assert "The rules are at v2 now. Assess again to use them" in shown(client, assessment)


def test_nobody_of_another_team_reaches_a_verdict(client, op, team):
    assessment = decided(client, op, team, EXAMPLE)
    condition = assessment.verdicts.get().conditions.first()
    stranger = signed_in(make_user(make_team(), role="manager"))
    for address in (reverse("verdict", args=[assessment.pk]), reverse("verdict-register", args=[assessment.pk])):
        assert stranger.get(address).status_code == 404
    assert stranger.post(reverse("verdict-exception", args=[assessment.pk]), {"reason": "x" * 30}).status_code == 404
    address = reverse("verdict-condition", args=[assessment.pk, condition.pk])
    assert stranger.post(address, {}).status_code == 404


def test_a_condition_of_another_assessment_does_not_exist(client, op, team):
    mine, other = decided(client, op, team), decided(client, op, team, EXAMPLE)
    condition = other.verdicts.get().conditions.first()
    assert client.post(reverse("verdict-condition", args=[mine.pk, condition.pk]), {}).status_code == 404


def test_verdicts_are_append_only(client, op, team):
    decided(client, op, team)
    with pytest.raises(Exception, match="append-only"):
        Verdict.objects.update(outcome="not_now")
