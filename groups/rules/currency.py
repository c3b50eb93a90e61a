"""The currencies that an installation can keep its books in: how their amounts are signed, called and typed.

Amounts are kept with two decimals everywhere (columns, constraints, the arithmetic of parts), so a currency has two.
"""

from __future__ import annotations

from dataclasses import dataclass

DIGITS = 2


@dataclass(frozen=True)
class Currency:
    """`sign` stands before the figures; `unit` is what a heading in Chinese calls it; English says the code."""

    code: str
    sign: str
    unit: str
    typed: tuple[str, ...] = ()  # what else people put before or behind an amount, besides sign, unit and code


CURRENCIES = {
    currency.code: currency
    for currency in (
        Currency("CNY", "¥", "元", ("rmb", "人民币")),
        Currency("HKD", "HK$", "港元", ("港币", "元", "$")),
        Currency("MOP", "MOP$", "澳门元", ("元", "$")),
        Currency("TWD", "NT$", "新台币", ("元", "$")),
        Currency("SGD", "S$", "新加坡元", ("新币", "元", "$")),
        Currency("MYR", "RM", "林吉特", ("马币",)),
        Currency("USD", "$", "美元", ("us$", "美金")),
        Currency("EUR", "€", "欧元"),
        Currency("GBP", "£", "英镑"),
        Currency("AUD", "A$", "澳元", ("$",)),
        Currency("CAD", "C$", "加元", ("$",)),
        Currency("NZD", "NZ$", "新西兰元", ("$",)),
        Currency("CHF", "CHF ", "瑞士法郎"),
    )
}
OTHER_DIGITS = {
    0: ("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"),
    3: ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"),
}


class UnknownCurrency(ValueError):
    """No installation can keep its books in this; the text says why, and names an example."""


def known(code: str) -> Currency:
    """The currency of a code such as CNY. Raises UnknownCurrency."""
    found = CURRENCIES.get(code)
    if found:
        return found
    for digits, codes in OTHER_DIGITS.items():
        if code in codes:
            raise UnknownCurrency(
                f"CURRENCY={code}: {code} has {digits} decimals, and amounts are kept with {DIGITS};"
                " set another one, for example CURRENCY=CNY"
            )
    raise UnknownCurrency(
        f"CURRENCY={code}: not a currency that is known here; set one of {', '.join(sorted(CURRENCIES))},"
        " for example CURRENCY=CNY"
    )


def signed(figures: str, currency: Currency) -> str:
    """`-¥4,103` from `-4,103`."""
    if figures.startswith("-"):
        return f"-{currency.sign}{figures[1:]}"
    return f"{currency.sign}{figures}"


def bare(typed: str, currency: Currency) -> str:
    """What was typed (lower case, without spaces) without the sign, the unit or the code of this currency.

    The sign of another one stays, so that nobody's dollars are read as yuan.
    """
    words = {currency.sign.strip().lower(), currency.unit, currency.code.lower(), *currency.typed}
    for word in sorted(words, key=len, reverse=True):
        if typed.startswith(word):
            typed = typed.removeprefix(word)
            break
    for word in sorted(words, key=len, reverse=True):
        if typed.endswith(word):
            return typed.removesuffix(word)
    return typed
