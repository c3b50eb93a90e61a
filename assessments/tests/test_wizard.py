"""The pages of the wizard: drafts, errors, order, change and return, concurrency, and what is refused."""

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.drafts import pages_of
from assessments.models import AnswerPage, Assessment, Verdict
from assessments.tests.filling import EXAMPLE, FAULTLESS, changed, fill, page_address, prefill, submit
from assessments.tests.making import make_assessment, signed_in
from groups.models import Team
from groups.tests.making import make_team, make_user

pytestmark = pytest.mark.django_db


def tasks(client, draft):
    return client.get(reverse("assessment-tasks", args=[draft.pk]))


def test_start_makes_a_draft_in_the_only_team(client, team):
    assert "Three questions" in client.get(reverse("assessment-new")).content.decode()
    answer = client.post(reverse("assessment-new"))
    made = Assessment.objects.get()
    assert answer.url == reverse("assessment-continue", args=[made.pk])
    assert made.team == team


def test_with_two_teams_one_is_chosen(op, client):
    other = make_team()
    op.memberships.create(team=other, role="operator")
    assert client.post(reverse("assessment-new")).status_code == 422
    client.post(reverse("assessment-new"), {"team": other.pk})
    assert Assessment.objects.get().team == other


def test_the_whole_wizard_gives_a_verdict(client, draft, op):
    fill(client, draft, EXAMPLE, op)
    verdict = submit(client, draft)
    assert verdict.outcome == "conditional"
    assert [condition.code for condition in verdict.conditions.all()] == ["C17", "C19"]
    page = client.get(reverse("verdict", args=[draft.pk])).content.decode()
    for figure in ("¥38,400", "¥11,783", "¥3,577", "-¥4,103", "¥11,257", "Pays back after about 102 days"):
        assert figure in page, figure


def test_the_sections_may_be_done_in_any_order(client, draft, op):
    for section in ("duration", "activity", "need", "basics"):
        fill(client, draft, {name: page for name, page in FAULTLESS.items() if name.startswith(section)}, op)
    assert submit(client, draft).outcome == "go"


def test_one_section_leads_straight_to_the_next_and_the_last_to_the_check(client, draft, op):
    order = list(FAULTLESS)
    addresses = [page_address(draft, name) for name in order[1:]] + [reverse("assessment-check", args=[draft.pk])]
    prefill(draft, {name: FAULTLESS[name] for name in order[:-1] if name.rsplit("/")[0] != "duration"}, op)
    draft.pages.filter(section__in=("need", "activity")).delete()
    for name, then in ((order[1], addresses[1]), (order[0], addresses[0])):
        typed = FAULTLESS[name] | ({"owner": str(op.pk)} if "owner" in FAULTLESS[name] else {})
        assert client.post(page_address(draft, name), typed).url == then
    prefill(draft, {name: FAULTLESS[name] for name in order[:-1]}, op)
    last = FAULTLESS[order[-1]] | {"dissolution_approver": str(op.pk)}
    assert client.post(page_address(draft, order[-1]), last).url == addresses[-1]


def test_where_a_colleague_began_the_next_section_the_task_list_comes(client, draft, team, op):
    prefill(draft, {"activity/rhythm": FAULTLESS["activity/rhythm"]}, make_user(team))
    prefill(draft, {name: page for name, page in FAULTLESS.items() if name.startswith(("basics", "need"))}, op)
    answer = client.post(page_address(draft, "need/scenarios"), {})
    assert answer.url == reverse("assessment-tasks", args=[draft.pk])


def test_the_verdict_is_locked_until_all_sections_are_done(client, draft, op):
    assert reverse("assessment-check", args=[draft.pk]) not in tasks(client, draft).content.decode()
    for name in ("assessment-check", "verdict"):
        answer = client.get(reverse(name, args=[draft.pk]), follow=True)
        assert answer.redirect_chain[-1][0] == reverse("assessment-tasks", args=[draft.pk])
        assert "Complete the four sections first" in answer.content.decode()
    prefill(draft, FAULTLESS, op)
    assert reverse("assessment-check", args=[draft.pk]) in tasks(client, draft).content.decode()


def test_submitting_an_unfinished_assessment_writes_nothing(client, draft):
    """Case 22."""
    client.post(reverse("assessment-check", args=[draft.pk]), {"declared": "yes", "token": "x"})
    assert not Verdict.objects.exists()


def test_the_declaration_is_required(client, draft, op):
    prefill(draft, FAULTLESS, op)
    answer = client.post(reverse("assessment-check", args=[draft.pk]), {"token": ""})
    assert answer.status_code == 422
    assert "Tick to get the verdict" in answer.content.decode()
    assert "<title>Error: " in answer.content.decode()
    assert not Verdict.objects.exists()


def test_a_decided_assessment_refuses_answers(client, draft, op):
    """Case 22: a stale page after the end."""
    prefill(draft, FAULTLESS, op)
    submit(client, draft)
    before = AnswerPage.objects.get(section="need", page="alternative").answers
    answer = client.post(page_address(draft, "need/alternative"), {"alternative": "yes"})
    assert answer.url == reverse("verdict", args=[draft.pk])
    assert AnswerPage.objects.get(section="need", page="alternative").answers == before
    shown = client.get(page_address(draft, "need/alternative")).content.decode()
    assert "Open again and change" in shown


def test_opened_again_it_can_be_decided_anew(client, draft, op):
    prefill(draft, FAULTLESS, op)
    submit(client, draft)
    client.post(reverse("assessment-reopen", args=[draft.pk]), {"section": "need", "page": "alternative"})
    client.post(page_address(draft, "need/alternative"), {"alternative": "yes", "return": "check"})
    assert submit(client, draft).outcome == "not_now"
    assert [verdict.outcome for verdict in draft.verdicts.order_by("pk")] == ["go", "not_now"]


def test_save_and_exit_keeps_half_a_page(client, draft):
    answer = client.post(page_address(draft, "basics/name"), {"name": "Half", "leave": "1"})
    assert answer.url == reverse("assessment-tasks", args=[draft.pk])
    assert 'value="Half"' in client.get(page_address(draft, "basics/name")).content.decode()


def test_what_is_typed_is_kept_before_it_is_sent(client, draft, team):
    address = page_address(draft, "basics/name")
    kept = client.post(address, {"name": "Sn", "group_count": "four", "version": "0", "keep": "1"})
    assert (kept.status_code, kept.json()["version"]) == (200, 1)
    page = draft.pages.get()
    assert (page.is_valid, page.answers) == (False, {})
    assert 'value="four"' in client.get(address).content.decode()
    colleague = signed_in(make_user(team, language="en"))
    refused = colleague.post(address, {"name": "Other", "version": "0", "keep": "1"})
    assert refused.status_code == 409
    assert draft.pages.get().typed["name"] == ["Sn"]


def test_nothing_is_kept_after_the_verdict_or_for_a_page_that_is_not_asked(client, draft, op):
    not_asked = client.post(page_address(draft, "need/revenue"), {"keep": "1", "sell_members": "1"})
    prefill(draft, EXAMPLE, op)
    submit(client, draft)
    decided = client.post(page_address(draft, "basics/name"), {"keep": "1", "name": "Other", "version": "1"})
    assert (not_asked.status_code, decided.status_code) == (409, 409)
    assert draft.pages.get(page="name").answers["name"] == "Snack club"


def test_a_line_more_keeps_what_was_typed(client, draft):
    rows = {"running-0-amount": "5", "running-1-amount": "6", "line": ["0", "1"]}
    answer = client.post(page_address(draft, "need/costs"), rows | {"more": "1"})
    page = client.get(answer.url).content.decode()
    assert page.count('role="group" aria-label="Line') == 4
    assert 'value="6"' in page


def test_running_cost_of_nothing_is_asked_back(client, draft):
    costs = {key: text for key, text in EXAMPLE["need/costs"].items() if not key.startswith("running")}
    answer = client.post(page_address(draft, "need/costs"), costs)
    assert "Not a single cent of running cost? Add a line or tick the box" in answer.content.decode()
    assert client.post(page_address(draft, "need/costs"), costs | {"no_running": "on"}).status_code == 302


def test_a_change_returns_to_the_check(client, draft, op):
    prefill(draft, FAULTLESS, op)
    answer = client.post(page_address(draft, "need/evidence"), {"evidence": "old_group", "return": "check"})
    assert answer.url == reverse("assessment-check", args=[draft.pk])


def test_a_change_of_model_asks_the_new_questions_first(client, draft, op):
    """AC-06."""
    prefill(draft, FAULTLESS, op)
    answer = client.post(page_address(draft, "need/model"), {"earns": "paid", "return": "check"})
    assert answer.url == page_address(draft, "need/revenue") + "?return=check"
    paid = {
        "paid_price": "199",
        "paid_months": "12",
        "paid_payers": "2000",
        "paid_renewal": "30",
        "paid_refund": "0",
        "paid_delivery": "0",
    }
    answer = client.post(answer.url, paid | {"return": "check"})
    assert answer.url == reverse("assessment-check", args=[draft.pk])
    verdict = submit(client, draft)
    assert verdict.figures["economics"]["driver"] == "payers"
    assert "sell_members" not in verdict.answers


def test_the_answers_of_the_other_model_come_back_with_it(client, draft, op):
    prefill(draft, FAULTLESS, op)
    client.post(page_address(draft, "need/model"), {"earns": "undecided"})
    client.post(page_address(draft, "need/model"), {"earns": "selling", "selling_kind": "repurchase"})
    assert submit(client, draft).outcome == "go"


@pytest.mark.parametrize(
    ("purpose", "pages"),
    [("business", 7), ("passion", 5), ("unclear", 7)],
)
def test_skipped_pages_leave_the_count(client, draft, op, purpose, pages):
    client.post(page_address(draft, "basics/purpose"), {"purpose": purpose, "owner": op.pk})
    assert f"page 1 of {pages}" in client.get(page_address(draft, "need/why")).content.decode()


def test_a_page_that_is_not_asked_sends_on(client, draft, op):
    client.post(page_address(draft, "basics/purpose"), {"purpose": "passion", "owner": op.pk})
    answer = client.get(page_address(draft, "need/model"))
    assert answer.url == reverse("assessment-tasks", args=[draft.pk])


def test_revenue_waits_for_the_model(client, draft):
    assert client.get(page_address(draft, "need/revenue")).url == page_address(draft, "need/model")


def test_a_passion_group_needs_no_revenue(client, draft, op):
    pages = changed(FAULTLESS, basics__purpose={"purpose": "passion"}, need__revenue={"budget_cap": "20000"})
    for skipped in ("need/model", "need/scenarios"):
        del pages[skipped]
    prefill(draft, pages, op)
    verdict = submit(client, draft)
    assert verdict.outcome == "go"
    assert verdict.figures["economics"] is None
    assert client.get(reverse("verdict", args=[draft.pk])).status_code == 200


def test_two_drafts_keep_apart(client, draft, team, op):
    """AC-02."""
    other = make_assessment(team, op)
    for page, first, second in (
        ("need/alternative", {"alternative": "no"}, {"alternative": "partly"}),
        ("need/evidence", {"evidence": "asked"}, {"evidence": "interviews", "interviews": "12"}),
    ):
        client.post(page_address(draft, page), first)
        client.post(page_address(other, page), second)
    assert pages_of(draft)["need", "evidence"].answers == {"evidence": "asked"}
    assert pages_of(other)["need", "evidence"].answers == {"evidence": "interviews", "interviews": 12}
    assert pages_of(other)["need", "alternative"].answers == {"alternative": "partly"}


def test_a_colleague_s_save_is_not_replaced_unseen(client, draft, team):
    colleague = make_user(team, display_name="Wang")
    address = page_address(draft, "need/alternative")
    signed_in(colleague).post(address, {"alternative": "yes", "version": "0"})
    answer = client.post(address, {"alternative": "no", "version": "0"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Wang changed this page" in page
    assert "Yes, and cheaper" in page
    assert pages_of(draft)["need", "alternative"].answers == {"alternative": "yes"}
    # The page that was shown carries the new version: Continue replaces it now.
    client.post(address, {"alternative": "no", "version": answer.context["version"]})
    assert pages_of(draft)["need", "alternative"].answers == {"alternative": "no"}


def test_one_s_own_older_tab_does_not_get_in_the_way(client, draft):
    address = page_address(draft, "need/alternative")
    client.post(address, {"alternative": "yes", "version": "0"})
    assert client.post(address, {"alternative": "no", "version": "0"}).status_code == 302


def test_a_colleague_may_fill_another_section(client, draft, team, op):
    signed_in(make_user(team)).post(page_address(draft, "activity/conditions"), {"product_traits": ["none"]})
    client.post(page_address(draft, "need/alternative"), {"alternative": "no"})
    assert len(pages_of(draft)) == 2


def test_continue_goes_on_where_one_left_off(client, draft):
    """AC-01: section 2 is continued although section 1 was never opened."""
    client.post(page_address(draft, "need/why"), {"reasons": ["deals"]})
    client.post(page_address(draft, "need/evidence"), {"evidence": "asked"})
    answer = client.get(reverse("assessment-continue", args=[draft.pk]))
    assert answer.url == page_address(draft, "need/alternative")


def test_a_draft_of_another_team_does_not_exist(draft):
    """Case 22, and every address of an assessment."""
    stranger = signed_in(make_user(make_team()))
    for name in ("tasks", "continue", "check"):
        assert stranger.get(reverse(f"assessment-{name}", args=[draft.pk])).status_code == 404
    assert stranger.get(page_address(draft, "need/why")).status_code == 404
    assert stranger.post(page_address(draft, "need/why"), {"reasons": ["deals"]}).status_code == 404
    assert stranger.post(page_address(draft, "need/costs") + "estimate/", {}).status_code == 404
    for name in ("copy", "reopen"):
        assert stranger.post(reverse(f"assessment-{name}", args=[draft.pk])).status_code == 404
    assert stranger.get(reverse("verdict", args=[draft.pk])).status_code == 404
    assert not AnswerPage.objects.exists()


def test_an_unknown_page_does_not_exist(client, draft):
    assert client.get(page_address(draft, "need/nothing")).status_code == 404


def test_the_owner_is_of_the_team(client, draft):
    outsider = make_user(make_team())
    answer = client.post(page_address(draft, "basics/purpose"), {"purpose": "business", "owner": outsider.pk})
    assert "The owner who was chosen has left; select another one" in answer.content.decode()
    answer = client.post(page_address(draft, "basics/purpose"), {"purpose": "business", "owner": ""})
    assert "Select an owner" in answer.content.decode()


def test_the_estimate_needs_no_save(client, draft, op):
    prefill(draft, changed(EXAMPLE), op)
    answer = client.post(
        page_address(draft, "need/costs") + "estimate/",
        {key: text for key, text in EXAMPLE["need/costs"].items() if not key.startswith("running")},
    )
    page = answer.content.decode()
    assert "¥10,183" in page  # without the running cost of 1,600
    assert "Read as ¥12,000" in page
    assert pages_of(draft)["need", "costs"].answers["running"]


def test_the_estimate_is_on_the_page_without_a_script(client, draft, op):
    prefill(draft, EXAMPLE, op)
    page = client.get(page_address(draft, "need/costs")).content.decode()
    for figure in (
        "¥38,400",
        "¥15,360",
        "¥11,783",
        "¥3,577",
        "about 102 days",
        "conversion 6.1%",
        "-¥4,103",
        "¥11,257",
    ):
        assert figure in page, figure


def test_a_copy_starts_with_the_same_answers(client, draft, op):
    prefill(draft, FAULTLESS, op)
    client.post(reverse("assessment-copy", args=[draft.pk]))
    copy = Assessment.objects.latest("pk")
    assert submit(client, copy).outcome == "go"
    assert draft.verdicts.count() == 0


def test_the_list_shows_drafts_and_verdicts(client, draft, op, team):
    prefill(draft, FAULTLESS, op)
    submit(client, draft)
    make_assessment(team, op)
    shown = client.get(reverse("assessment-list")).content.decode()
    assert "Snack club" in shown and "2 assessments" in shown
    only = client.get(reverse("assessment-list"), {"verdict": "go"}).content.decode()
    assert "1 assessment</p>" in only
    assert "Nothing matches" in client.get(reverse("assessment-list"), {"verdict": "not_now"}).content.decode()
    assert "1 assessment</p>" in client.get(reverse("assessment-list"), {"verdict": "draft"}).content.decode()


def test_the_page_of_an_assessment_asks_a_bounded_number_of_queries(client, draft, op, django_assert_max_num_queries):
    prefill(draft, EXAMPLE, op)
    with django_assert_max_num_queries(15):
        client.get(page_address(draft, "need/costs"))
    with django_assert_max_num_queries(8):
        tasks(client, draft)


def test_saved_pages_count_their_versions(draft, op, client):
    address = page_address(draft, "need/alternative")
    for version in ("0", "1", "2"):
        client.post(address, {"alternative": "no", "version": version})
    saved = pages_of(draft)["need", "alternative"]
    assert (saved.version, saved.saved_by) == (3, op)
    assert saved.saved_at <= timezone.now()


def test_a_name_used_twice_is_pointed_out(client, draft, team, op):
    other = make_assessment(team, op)
    name = {"name": "Snack club", "group_count": "1", "platform": "qq"}
    for assessment, warned in ((draft, False), (other, True)):
        answer = client.post(page_address(assessment, "basics/name"), name, follow=True)
        assert ("Another draft of yours has the same name" in answer.content.decode()) is warned


def test_what_fits_most_plans_stands_on_the_page(client, draft, team, op):
    """The posts that suit the activity chosen, and the manager of the team as who approves dissolving."""
    boss = make_user(team, role="manager")
    for kind, signal, posts in (("transaction", "buyers_7", "2"), ("conversation", "speakers_7", "3")):
        prefill(draft, {"activity/kind": {"kind": kind, f"signal_{kind}": signal, "target": "2"}}, op)
        shown = client.get(page_address(draft, "activity/rhythm")).context["form"]
        assert shown["posts_per_day"].value() == posts
    assert client.get(page_address(draft, "duration/exit")).context["form"]["dissolution_approver"].value() == str(
        boss.pk
    )


def test_who_manages_a_team_above_may_approve_the_end(client, draft, team, op):
    """Offered after the people of the team; the one to start from where the team has no manager of its own."""
    top, middle = make_team(), make_team()
    Team.objects.filter(pk=middle.pk).update(parent=top)
    Team.objects.filter(pk=team.pk).update(parent=middle)
    far, near = make_user(top, role="manager"), make_user(middle, role="manager")
    make_user(middle), make_user(make_team(), role="manager")
    form = client.get(page_address(draft, "duration/exit")).context["form"]
    offered = [pk for pk, _name in form.fields["dissolution_approver"].choices if pk]
    assert (set(offered), form["dissolution_approver"].value()) == ({op.pk, far.pk, near.pk}, str(near.pk))
    owners = client.get(page_address(draft, "basics/purpose")).context["form"].fields["owner"].choices
    assert far.pk not in dict(owners)
