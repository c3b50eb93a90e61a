"""A share of some cases with the interval of the true one: Wilson's (1927), which stays honest with few cases."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True)
class Rate:
    """`hits` of `n`, with the interval in which the true share lies; fractions."""

    hits: int
    n: int
    trust: float = 0.95

    @property
    def share(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """All that can be said without cases is: between nothing and everything."""
        if not self.n:
            return 0.0, 1.0
        z = NormalDist().inv_cdf((1 + self.trust) / 2)
        share, square = self.hits / self.n, z * z
        centre = share + square / (2 * self.n)
        spread = z * sqrt(share * (1 - share) / self.n + square / (4 * self.n**2))
        whole = 1 + square / self.n
        return max((centre - spread) / whole, 0.0), min((centre + spread) / whole, 1.0)
