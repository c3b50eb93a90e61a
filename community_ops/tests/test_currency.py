"""The currency of the installation: which there are, how amounts are typed and written, what the ledger refuses."""

from decimal import Decimal

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from community_ops import numbers
from community_ops.management.commands.prepare import ledger_must_be_of_our_currency
from groups.currency import in_currency, money_text, read_money
from groups.models import LedgerLine
from groups.rules.amounts import Unreadable
from groups.rules.currency import CURRENCIES, UnknownCurrency, known
from groups.tests.making import make_group, make_user
from groups.tests.making_money import make_line


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param("JPY", "has 0 decimals", id="no decimals"),
        pytest.param("KWD", "has 3 decimals", id="three decimals"),
        pytest.param("cny", "not a currency that is known", id="lower case"),
        pytest.param("", "not a currency that is known", id="empty"),
    ],
)
def test_what_no_books_can_be_kept_in_is_refused_with_its_name_and_an_example(code, reason):
    with pytest.raises(UnknownCurrency) as refused:
        known(code)
    assert str(refused.value).startswith(f"CURRENCY={code}: ")
    assert reason in str(refused.value) and "for example CURRENCY=CNY" in str(refused.value)


@pytest.mark.parametrize(
    ("code", "typed", "value"),
    [
        ("CNY", "人民币100", "100.00"), ("CNY", "￥1.2万元", "12000.00"), ("CNY", "100 CNY", "100.00"),
        ("USD", "$1,200.50", "1200.50"), ("USD", "US$5", "5.00"), ("USD", "5美元", "5.00"), ("USD", "USD 5", "5.00"),
        ("HKD", "HK$5", "5.00"), ("HKD", "$5", "5.00"), ("EUR", "€ 5", "5.00"), ("CHF", "CHF 5", "5.00"),
    ],
)  # fmt: skip
def test_amounts_are_typed_as_people_there_write_them(settings, code, typed, value):
    settings.CURRENCY = code
    assert str(read_money(typed)) == value


@pytest.mark.parametrize(("code", "typed"), [("CNY", "$5"), ("CNY", "5美元"), ("USD", "¥5"), ("EUR", "5元")])
def test_the_money_of_another_currency_is_not_read_as_ours(settings, code, typed):
    settings.CURRENCY = code
    with pytest.raises(Unreadable):
        read_money(typed)


@pytest.mark.parametrize("currency", CURRENCIES.values(), ids=lambda currency: currency.code)
def test_what_is_written_is_read_again(settings, currency):
    settings.CURRENCY = currency.code
    assert read_money(money_text(Decimal("1234.50"), fen=True)) == Decimal("1234.50")
    assert money_text(Decimal("-4103")) == f"-{currency.sign}4,103" == numbers.yuan(-4103)


def test_headings_say_the_currency_in_both_languages(settings):
    settings.CURRENCY = "USD"
    with override("zh-hans"):
        assert in_currency("金额") == "金额（美元）"
    with override("en"):
        assert in_currency("Amount") == "Amount (USD)"


@pytest.mark.django_db
def test_pages_lines_and_files_are_of_the_currency_of_the_installation(client, settings):
    settings.CURRENCY = "USD"
    user = make_user(is_administrator=True, language="en")
    client.force_login(user)
    line = make_line(make_group(), "12.50")
    assert LedgerLine.objects.get().currency == "USD"
    page = client.get(reverse("group-ledger", args=[line.group_id])).content.decode()
    assert "Amount (USD)" in page and "$" in page and "¥" not in page and "(CNY)" not in page
    file = client.post(reverse("group-export"), {"type": "csv"}).getvalue().decode("utf-8-sig")
    assert "Net this month (USD)" in file


@pytest.mark.django_db
def test_a_ledger_of_another_currency_stops_the_start_and_codes_are_three_letters(settings):
    line = make_line(make_group(), "12.50")
    ledger_must_be_of_our_currency()
    settings.CURRENCY = "USD"
    with pytest.raises(CommandError, match="set CURRENCY=CNY again"):
        ledger_must_be_of_our_currency()
    line.pk, line.token, line.currency = None, None, "yuan"[:3]
    with pytest.raises(IntegrityError, match="three letters"), transaction.atomic():
        line.save(force_insert=True)
