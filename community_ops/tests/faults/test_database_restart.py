"""Case 12: PostgreSQL is killed inside the transaction of a piece of a night, and inside a save of a page."""

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client, RequestFactory

from community_ops.tests.faults import making
from community_ops.tests.faults.crew import Crew
from community_ops.tests.faults.database import crash, database_of_our_own
from groups.models import AuditEntry
from groups.tests.making import make_group, make_user
from lifecycle import quarantine
from lifecycle.models import DirtyGroup, NightFault, NightItem, NightRun

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), database_of_our_own(tmp_path_factory.mktemp("server")) as postgres:
        yield postgres


def test_a_night_goes_on_by_itself_after_the_database_was_killed_inside_it(server, tmp_path):
    group_ids = making.make_groups(20)
    hold = tmp_path / "hold"
    hold.touch()
    with Crew(tmp_path, FAILPOINT=f"before_commit:wait:{hold}") as crew:
        crew.start_worker()
        crew.tick_until((tmp_path / "hold.reached").exists)
        crash(server)
        connection.close()
        assert not making.rows_per_group_and_day(), "what was not committed is gone"
        hold.unlink()
        crew.tick_until(lambda: making.nights_done(1))
        assert crew.restarts == 0
    making.assert_each_day_once(group_ids, [making.yesterday()])
    assert not NightFault.objects.exclude(state="settled").exists()
    assert set(NightItem.objects.values_list("state", flat=True)) == {"done"}


def test_a_save_is_whole_or_not_at_all_and_the_next_request_works(server, monkeypatch):
    group = make_group()
    run, _ = NightRun.objects.get_or_create(day=making.yesterday(), defaults={"made_at": group.created_at})
    NightFault.objects.create(run=run, group=group, attempts=3, state="error", last_at=group.created_at)
    client = Client(raise_request_exception=False)
    client.force_login(make_user(is_administrator=True))
    write_audit_row = quarantine.audit.record

    def crash_first(**told):
        monkeypatch.setattr(quarantine.audit, "record", write_audit_row)
        crash(server)
        write_audit_row(**told)

    monkeypatch.setattr(quarantine.audit, "record", crash_first)
    assert client.post("/settings/nights/", {"group": group.pk}).status_code == 500
    assert client.post("/settings/nights/", {"group": group.pk}).status_code == 302
    assert DirtyGroup.objects.filter(group=group).count() == 1
    assert AuditEntry.objects.filter(object_id=group.pk, verb="group tried again").count() == 1


def ask(client: Client, path: str) -> str:
    """The status of a GET by the real entry of the web server; the test client leaves the care for connections out."""
    environ = RequestFactory().get(path, headers={"cookie": client.cookies.output(header="", sep=";")}).environ
    answered = []
    body = get_wsgi_application()(environ, lambda status, headers: answered.append(status))
    body.close()
    return answered[0]


def test_the_next_request_works_after_the_database_was_killed_between_two(server):
    client = Client()
    client.force_login(make_user(is_administrator=True))
    assert ask(client, "/settings/nights/") == "200 OK"
    crash(server)
    assert ask(client, "/settings/nights/") == "200 OK"
