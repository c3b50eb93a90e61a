import pytest
from django.db import InternalError, connection, transaction
from django.utils import timezone

from groups import audit
from groups.models import AuditEntry
from groups.tests.making import make_team


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["UPDATE groups_auditentry SET verb = 'x'", "DELETE FROM groups_auditentry"])
def test_an_audit_row_is_never_changed(sql):
    audit.record(verb="made", thing=make_team(), by=None, now=timezone.now())
    with pytest.raises(InternalError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert AuditEntry.objects.count() == 1
