import pytest
from django.db import transaction
from django.utils import timezone

from groups import outbox
from groups.models import OutboxMessage


class CauseRolledBack(Exception):
    pass


def post(key="import 7"):
    outbox.post(key=key, kind="read_import", payload={"import_id": 7}, now=timezone.now())


@pytest.mark.django_db
def test_the_same_key_is_one_message():
    post()
    post()
    post("import 8")
    assert list(OutboxMessage.objects.order_by("id").values_list("key", "attempts", "sent_at")) == [
        ("import 7", 0, None),
        ("import 8", 0, None),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_message_goes_with_its_cause():
    with pytest.raises(CauseRolledBack), transaction.atomic():
        post()
        raise CauseRolledBack
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_message_without_a_transaction_is_refused():
    with pytest.raises(outbox.PostedOutsideTransaction):
        post()
