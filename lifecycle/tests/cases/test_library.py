"""The library of playbooks: who may change it, versions, what cases keep, and what two people at once are told."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from groups.models import AuditEntry
from groups.tests.making import make_team, make_user
from lifecycle.cases.library import (
    PlaybookMovedOn,
    PlaybookUnusable,
    archive,
    bring_back,
    take_up,
    write_version,
)
from lifecycle.cases.moving import Refused
from lifecycle.cases.playing import library_of, offered, playbook_of, spelled_out, words_of_step
from lifecycle.cases.situations import situations_of
from lifecycle.cases.taking_back import last_undoable, take_back
from lifecycle.cases.working import do_step
from lifecycle.models import Case, PlaybookVersion, TeamPlaybook, Treatment
from lifecycle.rules.playbooks import PLAYBOOKS, Step
from lifecycle.tests.cases.making import DAY, NOW, later, make_case, make_decided, make_dying_group, step_of_case

pytestmark = pytest.mark.django_db
BACKEND = "community_ops.colleagues.ColleagueBackend"


def ours(key="script", title="Our evening", **changes):
    """The shipped playbook as a team begins to change it: another title, and a first step of its own."""
    start = spelled_out(PLAYBOOKS[key])
    step = Step("own_1", 2, text=True, evidence=True, title="Call three members", words="Hello from $group")
    return replace(start, title=title, steps=(*start.steps, step), **changes)


def written(team, by, version=0, **changes) -> PlaybookVersion:
    return write_version(team=team, playbook=ours(**changes), version=version, reason="Too long", by=by, now=NOW)


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def lead(team):
    return make_user(team, role="manager", language="en")


def test_a_changed_playbook_is_version_2_and_on_record(team, lead):
    row = written(team, lead)
    held = library_of(team.pk)["script"]
    assert (row.number, held.playbook.version, held.title, held.playbook.budget) == (2, 2, "Our evening", None)
    assert AuditEntry.objects.get(verb="playbook written").after["version"] == 2
    assert library_of(make_team().pk)["script"].playbook.version == 1  # of others it is what is shipped
    assert written(team, lead, version=1, title="Again").number == 3


@pytest.mark.parametrize("who", ["operator", "stranger"])
def test_only_who_leads_the_team_writes(team, who):
    by = make_user(team) if who == "operator" else make_user(make_team(), role="manager")
    for write in (
        lambda: written(team, by),
        lambda: archive(team=team, key="script", version=0, by=by, now=NOW),
        lambda: bring_back(team=team, key="script", version=0, by=by, now=NOW),
        lambda: take_up(team=team, key="script", number=1, version=0, by=by, now=NOW),
    ):
        with pytest.raises(PermissionDenied):
            write()
    assert not TeamPlaybook.objects.exists()


def test_what_cannot_be_used_is_not_kept(team, lead):
    with pytest.raises(PlaybookUnusable):
        written(team, lead, title="")
    assert not PlaybookVersion.objects.exists() and not AuditEntry.objects.filter(verb="playbook written").exists()


def test_of_two_at_once_one_is_told(team, lead):
    written(team, lead)
    for stale in (0, 7):
        with pytest.raises(PlaybookMovedOn) as told:
            written(team, lead, version=stale, title="Mine")
        assert told.value.stands.title == "Our evening"
    assert PlaybookVersion.objects.count() == 1


def test_a_case_keeps_the_version_that_it_began_with(team, lead):
    written(team, lead)
    case = make_decided(make_case(make_dying_group(team=team)), "revive", by=lead)
    assert (case.playbook, case.playbook_version) == ("script", 2)
    write_version(team=team, playbook=spelled_out(PLAYBOOKS["script"]), version=1, reason="", by=lead, now=NOW)
    archive(team=team, key="script", version=2, by=lead, now=NOW)
    case = Case.objects.get(pk=case.pk)
    assert words_of_step(case, "own_1").title == "Call three members" and playbook_of(case).title == "Our evening"
    do_step(case=case, task=step_of_case(case, "own_1"), evidence="Called", count=None, by=lead, **later(0))
    with pytest.raises(Refused, match="playbook_unfit"):
        make_decided(make_case(make_dying_group(team=team)), "revive", by=lead)


def test_a_decision_that_is_taken_back_lets_go_of_the_version(team, lead):
    written(team, lead)
    case = make_decided(make_case(make_dying_group(team=team)), "revive", by=lead)
    event = last_undoable(case, lead, NOW)
    case = take_back(case=case, event_id=event.pk, by=lead, now=NOW)
    assert (case.state, case.playbook, case.playbook_row) == ("open", "", None)


def test_the_shipped_one_comes_back_and_nothing_is_lost(team, lead):
    written(team, lead)
    take_up(team=team, key="script", number=1, version=1, by=lead, now=NOW)
    held = library_of(team.pk)["script"]
    assert held.playbook is PLAYBOOKS["script"] and held.entry.versions.count() == 1
    take_up(team=team, key="script", number=2, version=2, by=lead, now=NOW)
    assert library_of(team.pk)["script"].title == "Our evening"
    with pytest.raises(Refused, match="no_such_version"):
        take_up(team=team, key="script", number=9, version=3, by=lead, now=NOW)


def test_archived_ones_are_not_offered_and_the_last_one_stays(team, lead):
    archive(team=team, key="script", version=0, by=lead, now=NOW)
    assert "script" not in {held.key for held in offered(team.pk, "revive")}
    with pytest.raises(Refused, match="last_playbook"):
        archive(team=team, key="migration", version=0, by=lead, now=NOW)
    bring_back(team=team, key="script", version=2, by=lead, now=NOW)
    assert "script" in {held.key for held in offered(team.pk, "revive")}
    assert AuditEntry.objects.filter(verb__startswith="playbook ").count() == 2


def test_a_team_has_what_the_teams_above_it_wrote_and_the_nearest_holds(team, lead):
    below = make_team(parent=team)
    written(team, lead)
    assert library_of(below.pk)["script"].title == "Our evening"
    written(below, lead, title="Below")
    assert (library_of(below.pk)["script"].title, library_of(team.pk)["script"].title) == ("Below", "Our evening")
    archive(team=below, key="script", version=1, by=lead, now=NOW)
    assert not library_of(team.pk)["script"].archived


def test_a_playbook_of_ones_own_can_be_begun_with(team, lead):
    row = write_version(team=team, playbook=replace(ours(), key=""), version=0, reason="", by=lead, now=NOW)
    key = row.playbook.key
    case = make_decided(make_case(make_dying_group(team=team)), "revive", by=lead, playbook=key)
    assert (row.number, case.playbook, case.playbook_row) == (1, key, row)
    with pytest.raises(Refused, match="playbook_unfit"):  # another team does not have it
        make_decided(make_case(make_dying_group(team=make_team())), "revive", playbook=key)


def test_the_library_costs_the_same_number_of_statements_however_many(team, lead, django_assert_num_queries):
    for _ in range(4):
        write_version(team=team, playbook=replace(ours(), key=""), version=0, reason="", by=lead, now=NOW)
    with django_assert_num_queries(3):
        assert len(library_of(team.pk)) == len(PLAYBOOKS) + 4


def sent_form(page, **changes):
    """The form as a browser would send it."""
    form = page.context["form"]
    fields = {"version": form["version"].value(), "steps": len(form.steps)}
    fields |= {name: form[name].value() or "" for name in ("title", "about", "budget", "reason")}
    for step in form.steps:
        for name in step.fields:
            value = step[name].value()
            if value is not None and value is not False:  # day 0 is sent
                fields[step.add_prefix(name)] = value if value is not True else "on"
    return fields | changes


def test_a_playbook_is_changed_on_its_page(client, team, lead):
    client.force_login(lead, backend=BACKEND)
    address = reverse("playbook-edit", args=[team.pk, "script"])
    page = client.get(address)
    title = f"Evening {uuid4().hex[:8]}"
    stale = sent_form(page, title="Stale")
    answer = client.post(
        address, sent_form(page, title=title, **{"s0-title": "", "s6-title": "Ring", "s6-due_in": "1"})
    )
    assert answer.status_code == 302
    held = library_of(team.pk)["script"].playbook
    assert held.title == title and [step.key for step in held.steps][:2] == ["pulse", "own_1"]
    assert [line.at for line in next(s for s in held.steps if s.key == "script_roles").lines][:2] == ["20:00", "20:05"]
    clash = client.post(address, stale)
    text = clash.content.decode()
    assert clash.status_code == 409 and title in text and "Stale" in text
    again = sent_form(clash) | {"title": "Stale"}
    assert client.post(address, again).status_code == 302
    assert library_of(team.pk)["script"].title == "Stale"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "Name the playbook"),
        ({"s1-words": "$secret"}, "$secret is no field"),
        ({"s1-due_in": "91"}, "from 0 to 90"),
        ({"s1-due_in": ""}, "from 0 to 90"),
        ({"s1-script": "20:05 nobody"}, "Write each line as"),
    ],
    ids=["title", "field", "day", "no day", "script"],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(client, team, lead, change, said):
    client.force_login(lead, backend=BACKEND)
    address = reverse("playbook-edit", args=[team.pk, "script"])
    answer = client.post(address, sent_form(client.get(address), about="Kept as typed", **change))
    text = answer.content.decode()
    assert answer.status_code == 422 and said in text and "Kept as typed" in text
    assert not TeamPlaybook.objects.exists()


def test_pages_show_what_a_playbook_says_and_who_may_change_it(client, team, lead):
    written(team, lead, budget=Decimal(80))
    address = reverse("playbook-page", args=[team.pk, "script"])
    client.force_login(lead, backend=BACKEND)
    assert reverse("playbook-edit", args=[team.pk, "script"]) in client.get(address).content.decode()
    assert "Our evening" in client.get(reverse("playbook-list")).content.decode()
    client.force_login(make_user(team, language="en"), backend=BACKEND)
    text = client.get(address).content.decode()
    assert "Call three members" in text and reverse("playbook-edit", args=[team.pk, "script"]) not in text
    assert client.get(address + "?version=1").context["shown"].row is None
    assert client.get(address + "?version=9").status_code == 404
    assert client.get(reverse("playbook-edit", args=[team.pk, "script"])).status_code == 403
    client.force_login(make_user(make_team(), role="manager"), backend=BACKEND)
    assert client.get(address).status_code == 404
    assert client.get(reverse("playbook-list") + f"?team={team.pk}").status_code == 404


def test_a_playbook_is_archived_on_its_page(client, team, lead):
    client.force_login(lead, backend=BACKEND)
    address = reverse("playbook-change", args=[team.pk, "script"])
    assert client.post(address, {"what": "archive", "version": "0"}).status_code == 302
    assert library_of(team.pk)["script"].archived
    page = client.post(address, {"what": "archive", "version": "0"}, follow=True)
    assert "a moment ago" in page.content.decode()
    client.post(address, {"what": "bring_back", "version": "2"})
    assert not library_of(team.pk)["script"].archived


def test_a_revival_costs_what_the_team_wrote_and_after_an_attempt_what_people_told():
    above = make_team()
    team = make_team(parent=above)
    boss = make_user(above, role="manager")
    plan = {"plan_planned_net": Decimal(900), "plan_planned_cost": Decimal(80), "plan_goal_people_28": 9}
    case = make_case(make_dying_group(team=team, **plan))

    def cost(**tried):
        Case.objects.filter(pk=case.pk).update(**tried)
        return situations_of([Case.objects.get(pk=case.pk)], DAY)[case.pk].economics.revive_cost

    assert (cost(), cost(attempts=1)) == (0, 200)  # as shipped: a script, then all together
    row = written(above, boss, key="combined", budget=Decimal(350))
    assert cost() == 350
    take_up(team=above, key="combined", number=1, version=1, by=boss, now=NOW)
    assert cost() == 200 and row.number == 2
    begun = make_decided(case, "revive")
    step = step_of_case(begun, "take_stock")
    do_step(case=begun, task=step, evidence="Seen", count=None, spent=Decimal(60), by=begun.decided_by, **later(0))
    assert cost(state="open") == 60


def test_each_version_says_what_its_attempts_came_to(client, team, lead):
    written(team, lead)
    client.force_login(lead, backend=BACKEND)
    for version, ended in ((1, "failed"), (2, "recovered"), (2, "recovered"), (2, "failed"), (2, ""), (2, "by_hand")):
        make_treatment(team, version, ended)
    make_treatment(make_team(), 2, "recovered")  # of others
    page = client.get(reverse("playbook-page", args=[team.pk, "script"]))
    won = {each["number"]: each["won"] for each in page.context["versions"]}
    assert (won[2]["hits"], won[2]["n"], won[1]["hits"], won[1]["n"]) == (2, 3, 0, 1)
    assert 20 < won[2]["low"] < 67 < won[2]["high"] < 95
    text = " ".join(page.content.decode().split())
    assert "Recovered 2/3" in text and "Recovered 0/1" in text
    written(team, lead, version=1, title="Again")
    assert "No attempt with it was judged yet" in client.get(reverse("playbook-page", args=[team.pk, "script"])).text


def make_treatment(team, version, ended) -> Treatment:
    case = make_case(make_dying_group(team=team))
    return Treatment.objects.create(
        team=team, group=case.group, case=case, plan=1, remedy="revive", playbook="script", playbook_version=version,
        cause="silence", activity_kind="conversation", began_on=DAY, ended=ended,
    )  # fmt: skip
