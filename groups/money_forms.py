"""Forms of the ledger: a line, a refund, a cost category. They read and check; writers write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups import cost_categories
from groups.currency import in_currency_lazy
from groups.fields import DayField, MoneyField, NumberField
from groups.forms import CHOOSE
from groups.models import CostCategory, Group, LedgerLine, User
from groups.models.money import CostRoot
from groups.paper_forms import ReceiptField
from groups.rules.category_tree import Node, at_or_below, in_tree_order
from groups.rules.search_keys import initials_of

REVENUE = "revenue"
GROUPS_OFFERED = 200
OUT_OF_USE = _("This category was disabled meanwhile; select another one")
Choices = list[Any]


class NotAfterToday:
    """For forms with a day `on`: nothing is entered ahead."""

    cleaned_data: dict[str, Any]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise ValidationError(_("Date must not be after today"), "future")
        return on


class EchoedMoneyField(MoneyField):
    """An amount that is read back while it is typed; the page has an output with the id echo-NAME."""

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        self.widget.attrs |= {
            "hx-get": reverse_lazy("amount-echo"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": f"#echo-{field_name}",
            "hx-params": field_name,
        }
        return super().get_bound_field(form, field_name)


def nodes_of(categories: Iterable[CostCategory]) -> list[Node]:
    """The categories as nodes of their tree."""
    return [Node(category.pk, category.parent_id, category.name) for category in categories]


def by_root(categories: Iterable[CostCategory], *, roots: bool = False) -> Choices:
    """Options below the name of each root that has some, in the order of the tree: the path says where each lies.

    With `roots` every root is an option itself.
    """
    categories = list(categories)
    found: Choices = []
    for root in CostRoot:
        placed = in_tree_order(nodes_of(category for category in categories if category.root == root))
        names = [(str(each.id), " / ".join(each.path)) for each in placed]
        if roots:
            names = [(root.value, _("Directly below %(root)s") % {"root": root.label}), *names]
        if names:
            found.append((root.label, names))
    return found


class LineForm(NotAfterToday, forms.Form):
    """One amount, entered on a phone. `token` makes a second submit of the same form a no-op."""

    what = forms.ChoiceField(
        label=_("What for"), error_messages={"required": _("Select what it is for"), "invalid_choice": OUT_OF_USE}
    )
    amount = EchoedMoneyField(subject=_("Amount"), label=in_currency_lazy(_("Amount")), required=False)
    on = DayField(subject=_("Date"), label=_("Date"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    quantity = NumberField(
        subject=_("Quantity"),
        label=_("Quantity"),
        required=False,
        most=1_000_000,
        help_text=_("Hours, people or occasions, instead of an amount"),
    )
    unit_price = MoneyField(
        subject=_("Unit price"),
        label=in_currency_lazy(_("Unit price")),
        required=False,
        help_text=_("Empty takes the default price that the category has on that day"),
    )
    goods_cost = MoneyField(
        subject=_("Cost of the goods"),
        label=in_currency_lazy(_("Cost of the goods sold")),
        required=False,
        help_text=_("For revenue; enter 0 if there were no goods, leave it empty if unknown"),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)
    receipt = ReceiptField(label=_("Receipt (optional)"), required=False)
    # What few lines need lies folded below the rest.
    folded = ("note", "receipt", "quantity", "unit_price", "goods_cost")
    field_order: Sequence[str] = ("amount", "on", "what", *folded)

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid4(), "on": timezone.localdate()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["receipt"].too_large = too_large
        offered = list(CostCategory.objects.offered().order_by("name"))
        self.categories = {str(category.pk): category for category in offered}
        self.fields["what"].choices = [CHOOSE, (REVENUE, LedgerLine.Kind.REVENUE.label), *by_root(offered)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"amount", "quantity", "what", "unit_price", "on"} & set(self.errors):
            return cleaned
        if cleaned.get("amount") is None and cleaned.get("quantity") is None:
            self.add_error("amount", ValidationError(_("Enter the amount"), "required"))
        elif cleaned.get("amount") is None and self._price() is None:
            self.add_error("unit_price", ValidationError(_("Enter the unit price"), "required"))
        if self.category and cleaned.get("goods_cost") is not None:
            self.add_error("goods_cost", ValidationError(_("Only revenue has a cost of goods"), "not_revenue"))
        return cleaned

    def _price(self) -> Decimal | None:
        typed = self.cleaned_data.get("unit_price")
        if typed is not None or self.category is None:
            return typed
        return cost_categories.price_on(self.category, self.cleaned_data["on"])

    @property
    def category(self) -> CostCategory | None:
        """The category that was chosen; None for revenue."""
        return self.categories.get(self.cleaned_data.get("what", ""))

    @property
    def more_is_open(self) -> bool:
        """Whether something in the folded part is wrong or was typed already, on a page that comes back."""
        return self.is_bound and any(name in self.errors or self[name].value() for name in self.folded)

    def line_kind(self) -> str:
        return LedgerLine.Kind.COST if self.category else LedgerLine.Kind.REVENUE

    def line(self) -> dict[str, Any]:
        """What receipts.enter_line is called with."""
        names = ("amount", "on", "note", "quantity", "unit_price", "goods_cost", "token", "receipt")
        return {name: self.cleaned_data[name] for name in names} | {"kind": self.line_kind(), "category": self.category}


class GroupChoiceMixin:
    """Offers the running groups that a person may choose from, the own ones first; more than fit are left out."""

    fields: dict[str, forms.Field]

    def offer_groups(self, user: User, chosen: Group | None = None) -> None:
        field = self.fields["group"]
        visible = Group.objects.running().visible_to(user)
        field.queryset = visible if chosen is None else visible | Group.objects.filter(pk=chosen.pk)
        rows = list(visible.order_by("sort_key", "pk").values_list("pk", "name", "owner_id")[: GROUPS_OFFERED + 1])
        self.groups_left_out = len(rows) > GROUPS_OFFERED
        rows = rows[:GROUPS_OFFERED]
        own = [(pk, name) for pk, name, owner in rows if owner == user.pk]
        others = [(pk, name) for pk, name, owner in rows if owner != user.pk]
        if chosen and chosen.pk not in {pk for pk, *_rest in rows}:
            others.insert(0, (chosen.pk, chosen.name))
        grouped: Choices = [(_("My groups"), own), (_("Other groups"), others)]
        field.choices = [CHOOSE, *([each for each in grouped if each[1]] if own else others)]


class QuickLineForm(GroupChoiceMixin, LineForm):
    """A line of any group that the person sees, on one phone screen."""

    group = forms.ModelChoiceField(
        queryset=Group.objects.none(),
        label=_("Group"),
        error_messages={"required": _("Select the group"), "invalid_choice": _("Select the group")},
    )
    field_order = ("amount", "on", "group", "what", *LineForm.folded)

    def __init__(self, *args: Any, user: User, chosen: Group | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_groups(user, chosen)


class RefundForm(NotAfterToday, forms.Form):
    """Money that went back to a customer. `left` is what may still be given back of the line."""

    amount = EchoedMoneyField(
        subject=_("Amount"), label=in_currency_lazy(_("Amount given back")), ask=_("Enter the amount")
    )
    on = DayField(subject=_("Date"), label=_("Date"))
    goods_returned = forms.BooleanField(label=_("The goods came back and can be sold again"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, line: LedgerLine, left: Decimal, **kwargs: Any) -> None:
        self.line = line
        kwargs["initial"] = {"token": uuid4(), "on": timezone.localdate(), "amount": left}
        super().__init__(*args, **kwargs)
        if not line.goods_cost:
            del self.fields["goods_returned"]

    def clean_on(self) -> date:
        on = super().clean_on()
        if on < self.line.on:
            raise ValidationError(_("A refund is not before the sale"), "before_the_sale")
        return on

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if not amount:
            raise ValidationError(_("Enter the amount"), "zero")
        return amount


class CategoryForm(forms.Form):
    """A cost category below one of the three roots or below another category; `categories` are all that there are."""

    below = forms.ChoiceField(label=_("Below"), error_messages={"required": _("Select where it belongs")})
    name = forms.CharField(
        label=_("Category"), max_length=60, error_messages={"required": _("Enter the category name")}
    )
    priced_by = forms.ChoiceField(label=_("Priced"), choices=CostCategory.PricedBy)
    default_price = MoneyField(
        subject=_("Default price"),
        label=in_currency_lazy(_("Default price")),
        required=False,
        help_text=_("Filled in when somebody enters a quantity only"),
    )
    since = DayField(
        subject=_("Date"),
        label=_("The price holds from"),
        required=False,
        help_text=_("Today or later; days before keep their price"),
    )

    def __init__(
        self, *args: Any, categories: Iterable[CostCategory], category: CostCategory | None = None, **kwargs: Any
    ) -> None:
        self.categories, self.category = {each.pk: each for each in categories}, category
        if category:
            kwargs["initial"] = {name: getattr(category, name) for name in ("name", "priced_by", "default_price")} | {
                "below": category.parent_id or category.root,
                "since": timezone.localdate(),
            }
        super().__init__(*args, **kwargs)
        if not category:
            del self.fields["since"]
        self.fields["below"].choices = [*([] if category else [CHOOSE]), *by_root(self._places(), roots=True)]
        if category:  # a category stays below its root
            self.fields["below"].choices = [
                (label, names) for label, names in self.fields["below"].choices if names[0][0] == category.root
            ]

    def _places(self) -> list[CostCategory]:
        """What the category may lie below: neither itself nor what lies below it."""
        gone = at_or_below(self.category.pk, nodes_of(self.categories.values())) if self.category else set()
        above = self.category.parent_id if self.category else None
        return [
            each
            for each in self.categories.values()
            if each.pk not in gone and (not each.archived_at or each.pk == above)
        ]

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip()

    def clean_since(self) -> date:
        today = timezone.localdate()
        since = self.cleaned_data["since"] or today
        if since < today:
            raise ValidationError(_("A price starts today or later; days before keep their price"), "past")
        return since

    @property
    def parent(self) -> CostCategory | None:
        below = self.cleaned_data["below"]
        return self.categories[int(below)] if below.isdigit() else None

    @property
    def root(self) -> str:
        return self.parent.root if self.parent else self.cleaned_data["below"]


def found_by(categories: Iterable[CostCategory], text: str) -> set[int]:
    """The categories whose name contains the text, or whose pinyin initials begin with it."""
    text = text.strip().casefold()
    return {
        each.pk
        for each in categories
        if text in each.name.casefold() or (text.isascii() and initials_of(each.name).startswith(text))
    }
