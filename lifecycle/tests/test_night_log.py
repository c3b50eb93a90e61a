from datetime import date, timedelta

import pytest
from django.utils import timezone

from groups.models import AuditEntry
from groups.tests.making import make_group, make_team, make_user
from lifecycle import upkeep
from lifecycle.models import DirtyGroup, NightFault, NightItem, NightRun

PAGE = "/settings/nights/"
DAY = date(2026, 11, 20)


def put_aside(group, day=DAY, state="error", reason="ValueError: no such number"):
    run, _ = NightRun.objects.get_or_create(day=day, defaults={"made_at": timezone.now()})
    return NightFault.objects.create(
        run=run, group=group, attempts=3, state=state, reason=reason, last_at=timezone.now()
    )


@pytest.fixture
def administrator(client, db):
    user = make_user(is_administrator=True)
    client.force_login(user)
    return user


def test_the_log_shows_nights_groups_put_aside_and_the_clockwork(client, administrator, django_assert_max_num_queries):
    upkeep.note_tick("ensure_nights")
    group = make_group(name="下午茶福利群")
    put_aside(group)
    put_aside(group, DAY + timedelta(days=1))
    NightItem.objects.create(run=NightRun.objects.get(day=DAY), first_group_id=0, last_group_id=999, groups_judged=41)
    with django_assert_max_num_queries(16):
        page = client.get(PAGE).content.decode()
    assert page.count("下午茶福利群") == 2, "once as a name, once for the button"
    assert "ValueError: no such number" in page
    assert ">2026-11-20<" in page and ">41<" in page and "0 / 1" in page


def test_an_empty_log_says_so(client, administrator):
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("role", ["operator", "manager"])
def test_only_administrators_see_the_log(client, db, role):
    team = make_team()
    fault = put_aside(make_group(team=team))
    client.force_login(make_user(team, role))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"group": fault.group_id}).status_code == 403
    assert not DirtyGroup.objects.exists()


def test_trying_again_marks_the_group_from_its_first_fault_on(client, administrator):
    group = make_group()
    put_aside(group, DAY + timedelta(days=1))
    put_aside(group, DAY)
    for _ in range(2):
        assert client.post(PAGE, {"group": group.pk}).status_code == 302
    assert DirtyGroup.objects.get().since == DAY
    assert set(NightFault.objects.values_list("state", "attempts")) == {("trying", 0)}
    assert AuditEntry.objects.get(verb="group tried again").actor_id == administrator.pk


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "0"])
def test_an_unknown_group_is_not_found(client, administrator, value):
    assert client.post(PAGE, {"group": value}).status_code == 404
