"""All benches, in the order in which they run. A new one is a file beside this and a line here."""

from __future__ import annotations

from community_ops.bench import ingest, lists, money, orders, parse, sweep, web
from community_ops.bench.measuring import Bench

BENCHES: dict[str, Bench] = {
    bench.name: bench
    for bench in (
        *ingest.BENCHES,
        *lists.BENCHES,
        *money.BENCHES,
        *orders.BENCHES,
        *parse.BENCHES,
        *sweep.BENCHES,
        *web.BENCHES,
    )
}
