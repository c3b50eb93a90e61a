"""The page that changes how a group earns: who may, what happens, what is refused."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import Plan, RevenueModel
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_models import make_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    team = make_team()
    group = make_group(team=team, owner=make_user(team, language="en"))
    make_model(group)
    return group


@pytest.fixture
def page(client, group):
    client.force_login(group.owner)
    return reverse("group-model", args=[group.pk])


def typed(group, kind="sponsorship", **fields):
    today = timezone.localdate().isoformat()
    main = RevenueModel.objects.live().get(group=group, is_main=True, until_on=None)
    return {"kind": kind, "role": "main", "from_on": today, "token": str(uuid4()), "expects": main.pk} | fields


def test_the_kinds_are_offered_and_lead_to_their_figures(client, page):
    shown = client.get(page).content.decode()
    assert shown.count("?kind=") == 6
    assert "Placements a month at most" in client.get(f"{page}?kind=sponsorship").content.decode()
    assert "Days of content before selling begins" in client.get(f"{page}?kind=new_customer").content.decode()
    assert client.get(f"{page}?kind=luck").status_code == 200


def test_a_model_is_changed_once_however_often_it_is_sent(client, page, group):
    sent = typed(group, price="1,800", cap="2", paid_by="placement", reason="Partners asked")
    for _ in range(2):
        assert client.post(page, sent).status_code == 302
    row = RevenueModel.objects.live().get(group=group, until_on=None)
    assert (row.kind, row.inputs) == ("sponsorship", {"price": "1800.00", "cap": 2, "paid_by": "placement"})
    assert Plan.objects.get(group=group, superseded_at=None).monetization == "sponsorship"
    assert 'value="1800.00"' in client.get(f"{page}?kind=sponsorship").content.decode(), "it begins with what holds"


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("sponsorship", {"price": "NaN"}, "What they pay each time must be a number"),
        ("sponsorship", {"cap": "32"}, "Placements a month at most must be between 0 and 31"),
        ("sponsorship", {"from_on": "2019-01-01"}, "when the group opened, and today"),
        ("sponsorship", {"from_on": "2999-01-01"}, "when the group opened, and today"),
        ("sponsorship", {"from_on": ""}, "Enter the day it begins"),
        ("sponsorship", {"role": ""}, "Select which part it plays"),
        ("sponsorship", {"until_on": "2999-01-01"}, "A main model has no end"),
        ("sponsorship", {"role": "beside", "until_on": "2020-01-01"}, "It must end after the day it begins"),
        ("sponsorship", {"role": "beside", "from_on": "2019-01-01"}, "Enter a day from 2026-01-01 on"),
        ("repurchase", {"role": "beside"}, "This is the main model on those days"),
        ("flash_sale", {"sells_from": "2026-11-11", "sells_until": "2026-11-10"}, "Selling must end on or after"),
        ("paid_access", {"months": "1.5"}, "must be a whole number"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(client, page, group, kind, fields, sentence):
    answer = client.post(page, typed(group, kind, reason="Because", **fields))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert shown.count(sentence) >= 2
    assert 'value="Because"' in shown
    assert RevenueModel.objects.count() == 1


@pytest.mark.parametrize("kind", ["", "luck", "paid_access'--"])
def test_a_kind_that_nobody_knows_is_refused(client, page, group, kind):
    answer = client.post(page, typed(group, kind))
    assert answer.status_code == 422
    assert "Select how it earns" in answer.content.decode()


@pytest.mark.parametrize(
    "fields",
    [{"expects": "x"}, {"expects": "-1"}, {"token": "x"}, {"role": "owner"}, {"expects": ""}, {"audience": "all"}],
)
def test_forged_fields_are_refused(client, page, group, fields):
    assert client.post(page, typed(group, **fields)).status_code == 422
    assert RevenueModel.objects.count() == 1


def test_who_comes_second_is_told_and_may_insist(client, page, group):
    mine = typed(group)
    client.post(page, typed(group, "none", budget_cap="300"))
    answer = client.post(page, mine)
    assert answer.status_code == 409
    assert "set the main model to Not commercial after you opened the page" in answer.content.decode()
    again = answer.context["form"]["expects"].value()
    assert client.post(page, mine | {"expects": again}).status_code == 302
    assert Plan.objects.get(group=group, superseded_at=None).monetization == "sponsorship"


def test_a_model_beside_is_put_and_ended(client, page, group):
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    assert client.post(page, typed(group, role="beside", until_on=until)).status_code == 302
    row = RevenueModel.objects.get(group=group, is_main=False)
    assert Plan.objects.get(group=group, superseded_at=None).monetization == "repurchase"
    for _ in range(2):
        assert client.post(page, {"end": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_at, "it had begun today only"


def test_what_is_not_beside_the_main_model_of_this_group_is_not_ended(client, page, group):
    other = make_model(make_group(), "none", is_main=False)
    main = RevenueModel.objects.get(group=group)
    for number in (other.pk, main.pk, "x", "", "٣"):
        assert client.post(page, {"end": number}).status_code == 404


def test_the_group_page_shows_the_model_and_its_history(client, page, group):
    client.post(page, typed(group, cap="2", from_on="2026-02-01", reason="Partners asked"))
    shown = client.get(reverse("group-page", args=[group.pk])).content.decode()
    assert "Placements a month at most" in shown
    assert "since 2026-02-01" in shown
    assert "2026-01-01 – 2026-02-01" in shown
