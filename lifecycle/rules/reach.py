"""What people do with what is offered to a group: clicks or orders for each advert in it."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_SENDS = 3  # of fewer a share says nothing


@dataclass(frozen=True)
class Sent:
    """Sums over the days of a span on which both were known; `sends` None = on no day."""

    sends: int | None
    responses: int

    @property
    def each(self) -> float | None:
        """Responses per send; None where too little was sent to say."""
        if self.sends is None or self.sends < LEAST_SENDS:
            return None
        return self.responses / self.sends


@dataclass(frozen=True)
class Reach:
    """The last 28 days and the 84 before them. `by_orders`: the responses are orders, else clicks."""

    now: Sent
    before: Sent
    by_orders: bool
