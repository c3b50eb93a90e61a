"""The currency of this installation, `settings.CURRENCY`: the one home of how amounts are written, read and headed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, gettext

from groups.models import LedgerLine
from groups.rules import amounts
from groups.rules.currency import Currency, known, signed


def in_use() -> Currency:
    return known(settings.CURRENCY)


def with_sign(figures: str) -> str:
    """`-¥4,103` from `-4,103`."""
    return signed(figures, in_use())


def money_text(amount: Decimal, *, fen: bool = False) -> str:
    """`¥12,000`, `-¥4,103`; rounded half up to the whole, or to two decimals where `fen` is asked and there are any."""
    rounded = amount.quantize(amounts.FEN if fen and amount % 1 else amounts.YUAN, rounding=ROUND_HALF_UP)
    return with_sign(f"{rounded if rounded else abs(rounded):,}")


def read_money(text: str) -> Decimal:
    """An amount of this currency as people type it, see amounts.read_money. Raises Unreadable."""
    return amounts.read_money(text, currency=in_use())


def unit() -> str:
    """What headings call it: 元 in Chinese, CNY in English."""
    return in_use().unit if (get_language() or "").startswith("zh") else in_use().code


def in_currency(label: str | Promise) -> str:
    """`Amount (CNY)` from `Amount`."""
    return gettext("%(label)s (%(unit)s)") % {"label": label, "unit": unit()}


in_currency_lazy = lazy(in_currency, str)


def other_currencies() -> list[str]:
    """Currencies of lines in the ledger that are not that of this installation: its setting was changed too late."""
    found = LedgerLine.objects.exclude(currency=settings.CURRENCY).order_by().values_list("currency", flat=True)
    return sorted(set(found.distinct()))
