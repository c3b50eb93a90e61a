"""What goes wrong with the API of WeCom, told apart by what has to be done about it."""

from __future__ import annotations

from datetime import timedelta

TOKEN_IS_OVER = frozenset({40014, 42001, 42007, 42009})
LATER = {
    -1: "busy",
    45009: "too_often",
    45033: "too_often",
    90454: "too_often",
    50001: "busy",
}
# What only a person can mend, for all calls alike; everything waits meanwhile.
BY_A_PERSON = {
    40001: "secret",
    40013: "corp",
    40056: "secret",
    40091: "secret",
    41002: "corp",
    41004: "secret",
    301002: "rights",
    48002: "rights",
    48004: "rights",
    60011: "rights",
    60020: "address",
    84074: "rights",
}
TOO_MANY_IN_VIEW = 81017
WAITS = {
    "busy": timedelta(minutes=1),
    "too_often": timedelta(minutes=2),
    "unreachable": timedelta(minutes=1),
    "unreadable": timedelta(minutes=5),
    "failed": timedelta(minutes=5),
}
LONGEST_WAIT = timedelta(hours=1)
WAIT_FOR_A_PERSON = timedelta(minutes=30)


class WecomTrouble(Exception):
    """A call came to nothing. `kind` is a key of words.TROUBLES; the message never holds an address or a secret."""

    def __init__(self, kind: str, code: int | None = None) -> None:
        super().__init__(f"{kind} {code}" if code is not None else kind)
        self.kind, self.code = kind, code


class TryLater(WecomTrouble):
    """WeCom is busy, counts too many calls, or does not answer: the same call may succeed later."""

    def wait(self, attempts: int) -> timedelta:
        """How long to wait after so many tries in vain."""
        return min(WAITS[self.kind] * 2 ** min(attempts, 8), LONGEST_WAIT)


class NeedsAPerson(WecomTrouble):
    """The connection as a whole is refused: wrong secret, missing right, address not on the list."""


class Refused(WecomTrouble):
    """This one call is refused and will be again."""


def trouble_of(code: int) -> WecomTrouble:
    """What an errcode other than 0 means."""
    if code in LATER:
        return TryLater(LATER[code], code)
    if code in BY_A_PERSON:
        return NeedsAPerson(BY_A_PERSON[code], code)
    return Refused("refused", code)
