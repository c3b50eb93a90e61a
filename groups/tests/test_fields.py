"""Form fields built on the readers: sentences and echoes."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from groups.fields import DayField, MoneyField, NumberField, PercentField


class Answers(forms.Form):
    price = MoneyField(subject="Price", ask="Enter the price per member")
    margin = PercentField(subject="Margin", required=False)
    groups = NumberField(subject="Number of groups", places=0, least=1, most=500, required=False)
    on = DayField(subject="End date", required=False)


def errors_of(**typed):
    with translation.override("en"):
        return {name: list(texts) for name, texts in Answers(typed).errors.items()}


@pytest.mark.parametrize("typed", ["1.2万", "12,000", "¥12000", "１２０００", "12000元"])
def test_money_is_read_and_echoed(typed):
    form = Answers({"price": typed})
    assert form.is_valid()
    assert form.cleaned_data["price"] == Decimal("12000.00")
    with translation.override("en"):
        assert form.fields["price"].echo(typed) == "Read as ¥12,000"


def test_a_plain_figure_is_not_echoed():
    assert MoneyField(subject="Price").echo("12000") == ""
    assert MoneyField(subject="Price").echo("1.2.3") == ""


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"price": ""}, "price", "Enter the price per member"),
        ({"price": "1.2.3"}, "price", "Price must be a number, like 199 or 12,000"),
        ({"price": "-5"}, "price", "Price must be 0 or more"),
        ({"price": "11亿"}, "price", "Price must be at most ¥1,000,000,000"),
        ({"price": "0.005"}, "price", "Price must have at most 2 decimals"),
        ({"price": "1", "margin": "140"}, "margin", "Margin must be between 0% and 100%"),
        ({"price": "1", "margin": "0.08"}, "margin", "Is it 0.08% or 8%? Write it with the % sign"),
        ({"price": "1", "groups": "0"}, "groups", "Number of groups must be between 1 and 500"),
        ({"price": "1", "groups": "2.5"}, "groups", "Number of groups must be a whole number"),
        ({"price": "1", "on": "2026/13/1"}, "on", "End date must be a date, like 2026-12-01"),
    ],
)
def test_an_error_says_what_is_wrong_with_what(typed, field, sentence):
    assert errors_of(**typed) == {field: [sentence]}


def test_what_is_optional_may_stay_empty():
    assert errors_of(price="1") == {}
