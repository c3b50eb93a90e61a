"""The pages that register and edit a group: who may, what happens, what is refused."""

from datetime import date

import pytest
from django.urls import reverse

from groups.models import AuditEntry, Group, Plan
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en")
    client.force_login(user)
    return user


def typed(op, **fields):
    return {
        "name": "宝妈交流 A 群",
        "platform": "wecom",
        "owner": op.pk,
        "opened_on": "2026年3月2日",
        "layer": "none",
        "version": 0,
        "monetization": "repurchase",
        "activity_kind": "conversation",
        "lifespan": "lasting",
        "starts_on": "2026-03-02",
    } | fields


def facts(group, **fields):
    """What the browser sends back of the form for a group."""
    same = ("name", "platform", "external_id", "layer", "theme", "notes", "version")
    sent = {name: getattr(group, name) for name in same}
    return sent | {"part": "facts", "owner": group.owner_id, "opened_on": str(group.opened_on)} | fields


def test_a_group_is_registered_with_its_plan(client, op, team):
    sent = typed(op, team=team.pk, planned_revenue="1.2万", planned_cost="¥3,000", tags="母婴，VIP 母婴")
    answer = client.post(reverse("group-new"), sent)
    group = Group.objects.get()
    assert answer.url == reverse("group-page", args=[group.pk])
    assert (group.opened_on, group.tags, group.created_by) == (date(2026, 3, 2), ["母婴", "VIP"], op)
    plan = group.plans.get()
    assert (plan.planned_revenue, plan.planned_net) == (12000, 9000)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": " "}, "name", "Enter the group name"),
        ({"opened_on": "13-45"}, "opened_on", "Opening day must be a date"),
        ({"lifespan": "bounded"}, "ends_on", "Enter the day the group ends"),
        ({"ends_on": "2026-03-02"}, "ends_on", "End date must be after the start date"),
        ({"lifespan": "flash", "ends_on": "2026-04-03"}, "ends_on", "A flash group lasts 30 days at most"),
        ({"planned_cost": "1.2.3"}, "planned_cost", "Planned cost must be a number"),
        ({"signal_target": "0.08"}, "signal_target", "Is it 0.08% or 8%?"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_in_the_summary(client, op, team, fields, field, sentence):
    answer = client.post(reverse("group-new"), typed(op, team=team.pk, **fields))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(sentence) >= 2
    assert f'href="#id_{field}"' in page
    assert "<title>Error: " in page
    assert not Group.objects.exists()


def test_a_platform_id_is_taken_once(client, op, team):
    make_group(team=team, external_id="wr1", platform="wecom")
    answer = client.post(reverse("group-new"), typed(op, team=team.pk, external_id="wr1"))
    assert answer.status_code == 422
    assert "already registered under this id" in answer.content.decode()


def test_another_team_and_its_people_are_not_on_offer(client, op, team):
    foreign = make_user(make_team())
    other_team = foreign.memberships.get().team_id
    assert client.post(reverse("group-new"), typed(op, team=other_team)).status_code == 422
    assert client.post(reverse("group-new"), typed(op, team=team.pk, owner=foreign.pk)).status_code == 422
    assert not Group.objects.exists()


def test_an_owner_works_in_the_team_of_the_group(client, team):
    second = make_team(parent=team)
    manager = make_user(team, role="manager", language="en")
    client.force_login(manager)
    operator = make_user(team)
    answer = client.post(reverse("group-new"), typed(manager, team=second.pk, owner=operator.pk))
    assert "Select an owner who works in this team" in answer.content.decode()
    assert client.post(reverse("group-new"), typed(manager, team=second.pk)).status_code == 302


def test_the_later_save_of_two_shows_both_and_overwrites_nothing(client, op, team):
    group = make_group(team=team, owner=op, name="Before")
    page = reverse("group-edit", args=[group.pk])
    assert client.post(page, facts(group, name="First")).status_code == 302
    answer = client.post(page, facts(group, name="Second"))
    assert answer.status_code == 409
    assert "First" in answer.content.decode()
    assert "Second" in answer.content.decode()
    assert Group.objects.get().name == "First"
    # Saving once more is a decision for one's own value.
    again = answer.context["facts"].data
    assert client.post(page, again).status_code == 302
    assert Group.objects.get().name == "Second"


def test_a_plan_that_was_amended_meanwhile_shows_both(client, op, team):
    group = make_group(team=team, owner=op)
    page = reverse("group-edit", args=[group.pk])
    seen = Plan.objects.get(group=group)
    sent = {
        "part": "plan", "plan": seen.pk, "monetization": "sponsorship", "activity_kind": "conversation",
        "lifespan": "lasting", "starts_on": "2026-01-01",
    }  # fmt: skip
    assert client.post(page, sent).status_code == 302
    answer = client.post(page, sent | {"monetization": "flash_sale"})
    assert answer.status_code == 409
    assert "Sponsorship" in answer.content.decode()
    assert Plan.objects.get(group=group, superseded_at=None).monetization == "sponsorship"
    newest = answer.context["current"].pk
    reason = "the partner left"
    assert client.post(page, sent | {"monetization": "none", "plan": newest, "reason": reason}).status_code == 302
    assert Plan.objects.get(group=group, superseded_at=None).monetization == "none"
    assert AuditEntry.objects.latest("id").reason == reason


def test_an_amendment_that_changes_nothing_says_so(client, op, team):
    group = make_group(team=team, owner=op)
    sent = {
        "part": "plan", "plan": Plan.objects.get().pk, "monetization": "repurchase", "activity_kind": "transaction",
        "lifespan": "lasting", "starts_on": "2026-01-01",
    }  # fmt: skip
    page = reverse("group-edit", args=[group.pk])
    assert "The plan is amended" in client.post(page, sent, follow=True).content.decode()
    again = sent | {"plan": Plan.objects.get(superseded_at=None).pk}
    answer = client.post(page, again, follow=True).content.decode()
    assert "Nothing was changed in the plan" in answer
    assert "The plan is amended" not in answer
    assert Plan.objects.count() == 2


def test_terms_that_the_form_does_not_show_outlive_an_amendment(client, op, team):
    group = make_group(team=team, owner=op, plan_revive_for_days=14, plan_planned_conversion="0.08")
    sent = {
        "part": "plan", "plan": Plan.objects.get().pk, "monetization": "repurchase",
        "activity_kind": "transaction", "lifespan": "lasting", "starts_on": "2026-01-01",
    }  # fmt: skip
    client.post(reverse("group-edit", args=[group.pk]), sent)
    plan = Plan.objects.get(superseded_at=None)
    assert (plan.activity_kind, plan.revive_for_days, str(plan.planned_conversion)) == ("transaction", 14, "0.0800")


RULE = {
    "quiet_from": "22:00", "quiet_to": "08:00", "at_risk_after_days": "10", "revive_for_days": "7",
    "dissolve_after_days": "21",
}  # fmt: skip


def amending(group, **fields):
    return {
        "part": "plan", "plan": Plan.objects.get(group=group, superseded_at=None).pk, "monetization": "repurchase",
        "activity_kind": "transaction", "lifespan": "lasting", "starts_on": "2026-01-01",
    } | fields  # fmt: skip


def test_quiet_hours_and_the_exit_rule_of_a_plan_are_amended(client, op, team):
    group = make_group(team=team, owner=op)
    boss = make_user(make_team(), role="manager")
    above = team.parent = boss.memberships.get().team
    team.save()
    page = reverse("group-edit", args=[group.pk])
    assert above and client.post(page, amending(group, **RULE, dissolution_approver_id=boss.pk)).status_code == 302
    plan = Plan.objects.get(group=group, superseded_at=None)
    assert (plan.quiet_from.hour, plan.quiet_to.hour, plan.at_risk_after_days) == (22, 8, 10)
    assert (plan.revive_for_days, plan.dissolve_after_days, plan.dissolution_approver) == (7, 21, boss)
    shown = client.get(page).content.decode()
    assert 'value="22:00"' in shown and f'<option value="{boss.pk}" selected' in shown
    assert str(boss) in client.get(reverse("group-record", args=[group.pk])).content.decode()
    empty = dict.fromkeys([*RULE, "dissolution_approver_id"], "")
    client.post(page, amending(group, **empty))
    plan = Plan.objects.get(group=group, superseded_at=None)
    assert (plan.quiet_from, plan.revive_for_days, plan.dissolution_approver) == (None, None, None)


@pytest.mark.parametrize(
    "fields",
    [{"quiet_from": "22:00", "quiet_to": ""}, {"quiet_from": "22:00", "quiet_to": "22:00"},
     {"quiet_from": "late", "quiet_to": "08:00"}, {"revive_for_days": "0"}, {"dissolve_after_days": "366"},
     {"dissolution_approver_id": "999999"}],
    ids=["no end", "no length", "no time", "no days", "too many days", "a stranger"],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused_beside_its_field(client, op, team, fields):
    group = make_group(team=team, owner=op)
    answer = client.post(reverse("group-edit", args=[group.pk]), amending(group, **RULE | fields))
    assert answer.status_code == 422 and Plan.objects.count() == 1


@pytest.mark.parametrize("name", ["group-page", "group-edit", "group-ledger"])
def test_a_group_of_another_team_is_not_there(client, op, name):
    foreign = make_group()
    assert client.get(reverse(name, args=[foreign.pk])).status_code == 404
    assert client.get(reverse(name, args=[foreign.pk + 1000])).status_code == 404
    if name != "group-page":
        assert client.post(reverse(name, args=[foreign.pk]), {"part": "facts"}).status_code == 404


def test_names_are_shown_as_text(client, op, team):
    canary = "<img src=x onerror=alert(1)>\"'{{7*7}}"
    group = make_group(team=team, owner=op, name=canary, theme=canary, tags=[canary[:30]])
    for page in (reverse("group-list"), reverse("group-page", args=[group.pk]), reverse("group-edit", args=[group.pk])):
        assert "<img src=x" not in client.get(page).content.decode()


def test_a_second_group_of_a_name_and_owner_is_asked_about_and_saved_all_the_same(client, op, team):
    first = make_group(team=team, owner=op, name="宝妈交流 A 群", external_id="wr1")
    sent = typed(op, team=team.pk)
    answer = client.post(reverse("group-new"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("This owner has a group of the same name") >= 2
    assert f'href="{reverse("group-page", args=[first.pk])}"' in page
    assert 'href="#id_anyway"' in page
    assert Group.objects.count() == 1
    assert client.post(reverse("group-new"), sent | {"anyway": "on"}).status_code == 302
    assert Group.objects.count() == 2


@pytest.mark.parametrize("other", [{"owner": True}, {"team": True}, {"archived_at": "2026-10-01T00:00:00Z"}])
def test_the_same_name_elsewhere_is_no_duplicate(client, op, team, other):
    fields = {"owner": make_user(team)} if "owner" in other else {"owner": op}
    make_group(team=make_team() if "team" in other else team, name="宝妈交流 A 群", **fields, **{
        key: value for key, value in other.items() if key == "archived_at"
    })  # fmt: skip
    assert client.post(reverse("group-new"), typed(op, team=team.pk)).status_code == 302


def test_an_edit_asks_only_when_name_or_owner_become_the_same(client, op, team):
    make_group(team=team, owner=op, name="A")
    twin, other = make_group(team=team, owner=op, name="A"), make_group(team=team, owner=op, name="B")
    assert client.post(reverse("group-edit", args=[twin.pk]), facts(twin, notes="x")).status_code == 302
    assert client.post(reverse("group-edit", args=[other.pk]), facts(other, name="A")).status_code == 422
    assert client.post(reverse("group-edit", args=[other.pk]), facts(other, name="A", anyway="on")).status_code == 302


def test_forged_fields_of_an_edit_change_nothing_else(client, op, team):
    group = make_group(team=team, owner=op)
    forged = {
        "team": make_team().pk, "team_id": make_team().pk, "closed_on": "2026-01-01", "archived_at": "2026-01-01",
        "created_by": 1, "is_administrator": "on", "upstream_id": group.pk, "id": 999, "state": "dead", "sort_key": "x",
    }  # fmt: skip
    assert client.post(reverse("group-edit", args=[group.pk]), facts(group, name="Renamed") | forged).status_code == 302
    stands = Group.objects.get()
    assert (stands.pk, stands.name, stands.team, stands.closed_on) == (group.pk, "Renamed", team, None)
    assert (stands.archived_at, stands.created_by, stands.upstream) == (None, None, None)
    op.refresh_from_db()
    assert not op.is_administrator


def test_what_the_other_one_changed_elsewhere_is_shown_before_it_is_lost(client, op, team):
    """Case 23: the later form carries old values of fields that only the earlier one changed."""
    group = make_group(team=team, owner=op, name="Before", layer="mass")
    page = reverse("group-edit", args=[group.pk])
    assert client.post(page, facts(group, layer="vip", notes="theirs")).status_code == 302
    answer = client.post(page, facts(group, name="Mine"))
    assert answer.status_code == 409
    rows = {(row["mine"], row["theirs"]) for row in answer.context["conflict"]}
    assert rows == {("Mine", "Before"), ("Mass group", "VIP group"), ("", "theirs")}
    stands = Group.objects.get()
    assert (stands.name, stands.layer, stands.notes, stands.version) == ("Before", "vip", "theirs", 2)
