"""The kinds of revenue models by the words that rows store, and the one way to read their inputs back."""

from __future__ import annotations

from typing import Any

from groups.rules.monetization.flash_sale import FlashSale
from groups.rules.monetization.inputs import Inputs, read_into
from groups.rules.monetization.new_customer import NewCustomer
from groups.rules.monetization.none import NoModel
from groups.rules.monetization.paid_access import PaidAccess
from groups.rules.monetization.repurchase import Repurchase
from groups.rules.monetization.sponsorship import Sponsorship

KINDS: dict[str, type[Inputs]] = {
    kind.KIND: kind for kind in (PaidAccess, FlashSale, Repurchase, NewCustomer, Sponsorship, NoModel)
}


def inputs_of(kind: str, values: dict[str, Any]) -> Inputs:
    """The typed inputs of a stored model. KeyError for an unknown kind, Unfit for inputs that are not of that kind."""
    return read_into(KINDS[kind], values)
