"""Hands canonical rows from the limited child to the writer: a folder with two-way plain files, no pickles."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np

from groups.sheets.refusal import Refusal
from lifecycle.sources.canonical import Canonical, GroupSaid

ARRAYS = ("rows", "members", "acts")


def save(found: Canonical, folder: Path) -> None:
    for name in ARRAYS:
        np.save(folder / f"{name}.npy", getattr(found, name), allow_pickle=False)
    summary = {
        "kind": found.kind,
        "encoding": found.encoding,
        "groups": [
            [g.key, g.name, g.platform, str(g.first_day), [str(day) for day in g.span] if g.span else None]
            for g in found.groups
        ],
        "rows_refused": found.rows_refused,
        "refusals": [refusal.as_json() for refusal in found.refusals],
        "content_hash": found.content_hash,
    }
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")


def load(folder: Path) -> Canonical:
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return Canonical(
        kind=summary["kind"],
        encoding=summary["encoding"],
        groups=[
            GroupSaid(
                key, name, platform, date.fromisoformat(first), tuple(map(date.fromisoformat, span)) if span else None
            )
            for key, name, platform, first, span in summary["groups"]
        ],
        rows_refused=summary["rows_refused"],
        refusals=[Refusal(**refusal) for refusal in summary["refusals"]],
        content_hash=summary["content_hash"],
        **{name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in ARRAYS},
    )
