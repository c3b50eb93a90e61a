"""The pages of orders: a look before the decision, bad rows told, rules by managers, waiting orders shown as such."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from groups import orders
from groups.models import AttributionRule, LedgerLine, OrderImport, ShopOrder
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_orders import bring_in, make_rule, order
from lifecycle import order_imports

pytestmark = pytest.mark.django_db

FILE = (
    "订单号,订单实付金额,买家付款时间,优惠券码名称\n"
    "E1,30.00,2026-11-10,TEA\nE2,12.50,2026-11-10,\nE3,499.00（系统计算中…）,2026-11-10,TEA\n"
)


@pytest.fixture
def group():
    return make_group(team=make_team())


@pytest.fixture
def operator(client, group):
    user = make_user(group.team, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def manager(client, group):
    user = make_user(group.team, "manager", language="en")
    client.force_login(user)
    return user


def upload(client, group, text=FILE, **fields):
    """The answer to an upload, after a worker has read it."""
    file = SimpleUploadedFile("orders.csv", text.encode(fields.pop("encoding", "utf-8")))
    answer = client.post(reverse("order-new"), {"team": group.team_id, "shop": "youzan", "file": file} | fields)
    work()
    return answer


def work():
    for pk in OrderImport.objects.filter(state__in=OrderImport.AT_WORK).values_list("pk", flat=True):
        order_imports.work(pk, now=timezone.now(), today=timezone.localdate())


def decide(client, address, decision="import"):
    answer = client.post(address, {"decision": decision})
    work()
    return answer


def test_a_file_is_looked_at_then_imported_once(client, group, operator):
    make_rule(group, "TEA")
    answer = upload(client, group)
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    for told in ("¥42.50", "Import 2 orders", "still working this amount out", "Export the order again"):
        assert told in page
    assert not LedgerLine.objects.exists()
    for _ in range(2):
        assert decide(client, answer.url).status_code == 302
    assert LedgerLine.objects.get().amount == Decimal(30)
    assert "1 order (¥12.50) belongs to no group" in client.get(reverse("order-list")).content.decode()
    waiting = client.get(reverse("orders-waiting")).content.decode()
    assert "E2" in waiting and "E1<" not in waiting and "No rule speaks for it" in waiting


def test_the_same_file_in_another_encoding_names_the_first(client, group, operator):
    decide(client, upload(client, group).url)
    page = client.get(upload(client, group, encoding="gb18030").url).content.decode()
    assert "The same orders were imported on" in page and "orders.csv" in page
    assert ShopOrder.objects.count() == 2


def test_what_is_not_wanted_is_dropped(client, group, operator):
    address = upload(client, group).url
    decide(client, address, "drop")
    assert OrderImport.objects.get().state == "dropped"
    page = client.post(address, {"decision": "import"}, follow=True).content.decode()
    assert "decided on before" in page
    assert client.post(address, {"decision": "x"}).status_code == 302
    assert not ShopOrder.objects.exists()


def test_files_that_cannot_be_read_say_why(client, group, operator):
    for fields, sentence in (
        ({"shop": ""}, "Select the shop system"),
        ({"file": ""}, "Choose a file"),
        ({"text": ""}, "This file is empty"),
    ):
        answer = upload(client, group, **fields)
        assert answer.status_code == 422
        assert sentence in answer.content.decode(), fields
    assert not OrderImport.objects.exists()
    page = client.get(upload(client, group, "1,2\n3,4\n").url).content.decode()
    assert "This is no table of orders" in page and "Nothing was written" in page
    assert OrderImport.objects.get().sealed is None


def test_columns_that_do_not_name_themselves_are_matched_once(client, group, operator):
    make_rule(group, "TEA")
    text = "微盟导出\n单据,实收,何时,券,买家姓名\nW1,30.00,2026-11-10,TEA,王小明\n"
    address = upload(client, group, text).url
    columns = client.get(address).url
    assert columns == reverse("order-columns", args=[OrderImport.objects.get().pk])
    page = client.get(columns).content.decode()
    assert "单据" in page and "王小明" not in page
    for sent, sentence in (
        ({"column_0": "number", "column_1": "amount"}, "Choose the column with the day"),
        ({"column_0": "number", "column_1": "number"}, "Two columns cannot both be Order number"),
    ):
        answer = client.post(columns, sent)
        assert answer.status_code == 422 and sentence in answer.content.decode()
    sent = {"column_0": "number", "column_1": "amount", "column_2": "paid", "column_3": "coupon", "remember": "1"}
    client.post(columns, sent)
    work()
    assert "Import 1 order" in client.get(address).content.decode()
    again = upload(client, group, text.replace("W1", "W2")).url
    work()
    assert "Import 1 order" in client.get(again).content.decode()
    assert client.get(columns).url == address
    assert OrderImport.objects.filter(sealed=None, state="looked_at").count() == 2


@pytest.mark.parametrize(
    ("text", "state"),
    [("单据,实收\nW1,30.00\n", "columns"), (None, "looked_at")],
    ids=["columns nobody matched", "orders nobody confirmed"],
)
def test_files_that_nobody_decided_on_are_dropped_with_their_rows(client, group, operator, text, state):
    upload(client, group, text or FILE)
    work()
    assert OrderImport.objects.get().state == state
    today = timezone.localdate()
    assert orders.delete_old(today + timedelta(days=30)) == 0
    assert orders.delete_old(today + timedelta(days=31)) == 1
    dropped = OrderImport.objects.get()
    assert (dropped.state, dropped.rows, dropped.sealed) == ("dropped", None, None)
    assert orders.delete_old(today + timedelta(days=31)) == 0


def test_an_upload_is_answered_before_it_is_read_and_may_be_cancelled(client, group, operator):
    file = SimpleUploadedFile("orders.csv", FILE.encode())
    answer = client.post(reverse("order-new"), {"team": group.team_id, "shop": "youzan", "file": file})
    page = client.get(answer.url).content.decode()
    assert "Waiting for a worker" in page and "every 2s" in page
    kept = OrderImport.objects.get()
    assert FILE.splitlines()[1].encode() not in bytes(kept.sealed)
    decide(client, answer.url, "drop")
    kept.refresh_from_db()
    assert (kept.state, kept.sealed) == ("dropped", None)
    assert "every 2s" not in client.get(answer.url).content.decode()


def typed(of, **fields):
    return {
        "kind": "coupon",
        "pattern": "TEA",
        "group": of.pk,
        "valid_from": "2026-01-01",
        "valid_until": "",
    } | fields


def test_a_manager_adds_a_rule_and_takes_it_back(client, group, manager):
    bring_in(group.team, order("E1", 30, coupon="TEA"))
    page = client.post(reverse("attribution-rules"), typed(group), follow=True).content.decode()
    assert "Added; 1 waiting order" in page
    rule = AttributionRule.objects.get()
    assert client.post(reverse("attribution-rules"), typed(group)).status_code == 422
    for _ in range(2):
        client.post(reverse("attribution-rules"), {"withdraw": rule.pk})
    assert sum(line.amount for line in LedgerLine.objects.all()) == 0
    assert ShopOrder.objects.get().group is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": ""}, "Select what the orders are told by"),
        ({"pattern": " "}, "Enter the text that the orders carry"),
        ({"kind": "phone", "pattern": "138"}, "A mobile number has 11 digits"),
        ({"valid_until": "2025-12-31"}, "Last day must not be before the first"),
        ({"group": "0"}, "Select a valid choice"),
    ],
)
def test_a_rule_that_cannot_be_is_said(client, group, manager, fields, sentence):
    answer = client.post(reverse("attribution-rules"), typed(group, **fields))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not AttributionRule.objects.exists()


def test_a_phone_is_shown_masked(client, group, manager):
    client.post(reverse("attribution-rules"), typed(group, kind="phone", pattern="138 0000-1234"))
    page = client.get(reverse("attribution-rules")).content.decode()
    assert "138****1234" in page and "13800001234" not in page


def test_an_operator_sees_rules_and_changes_none(client, group, operator):
    rule = make_rule(group, "TEA")
    assert "Managers add and withdraw rules" in client.get(reverse("attribution-rules")).content.decode()
    for sent in (typed(group, pattern="X"), {"withdraw": rule.pk}):
        assert client.post(reverse("attribution-rules"), sent).status_code == 403
    assert AttributionRule.objects.filter(withdrawn_at=None).count() == 1


def test_a_manager_reaches_nothing_of_another_team(client, group, manager):
    foreign = make_group(name="Foreign group")
    rule = make_rule(foreign, "FOREIGN")
    bring_in(foreign.team, order("FOREIGN-1", coupon="OTHER", shop_point="Foreign shop"))
    assert client.post(reverse("attribution-rules"), {"withdraw": rule.pk}).status_code == 404
    assert client.post(reverse("attribution-rules"), typed(foreign)).status_code == 422
    upload = OrderImport.objects.get()
    assert client.get(reverse("order-import", args=[upload.pk])).status_code == 404
    for name in ("order-list", "orders-waiting", "attribution-rules"):
        page = client.get(reverse(name)).content.decode()
        assert "FOREIGN" not in page and "Foreign" not in page


def test_the_pages_ask_the_same_number_of_times(client, group, manager, django_assert_max_num_queries):
    for n in range(15):
        make_rule(group, f"TEA{n}")
    bring_in(group.team, *(order(f"E{n}", coupon=f"X{n}", shop_point=f"S{n % 3}") for n in range(60)))
    for name, most in (("order-list", 9), ("orders-waiting", 16), ("attribution-rules", 9)):
        with django_assert_max_num_queries(most):
            assert client.get(reverse(name)).status_code == 200


def test_a_line_leads_to_the_orders_that_it_stands_for(client, group, manager):
    make_rule(group, "TEA")
    bring_in(group.team, order("E1", 30, coupon="TEA", refund_cents=500), order("E2", 12.5, coupon="TEA"))
    days = "from=2026-11-10&to=2026-11-10"
    lines = client.get(f"{reverse('group-lines', args=[group.pk])}?{days}")
    assert "2 imported orders" in lines.content.decode()
    page = client.get(f"{reverse('group-orders', args=[group.pk])}?{days}")
    assert page.context["total"] == lines.context["total"] == Decimal("37.50")
    assert [(row.number, row.part) for row in page.context["page"]] == [("E1", 1), ("E2", 0), ("E1", 0)]
    assert client.get(f"{reverse('group-orders', args=[group.pk])}?from=2026-11-11&to=x").status_code == 200
    assert client.get(reverse("group-orders", args=[make_group().pk])).status_code == 404
