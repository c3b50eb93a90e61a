"""Tells programs from people by their names, for exports that mark them in no other way."""

from __future__ import annotations

import re

NAMED_BOT = re.compile(r"(?:(?:.*[\s_.\-])?[Bb][Oo][Tt]|.*[a-z0-9]Bot)(?:[\s_.\-]?\d+)?")
KNOWN = frozenset(
    {"camperbot", "gitter", "mee6", "dyno", "tatsu", "yagpdb.xyz", "groovy", "rythm", "github", "gitlab", "slackbot"}
)
WEBHOOK = "#0000"  # how Discord numbers what is posted by a programme


def is_bot(name: str) -> bool:
    """Whether a name is that of a known programme, or ends in the word bot."""
    bare, _, number = name.partition("#")
    return name.endswith(WEBHOOK) or bare.strip().lower() in KNOWN or bool(NAMED_BOT.fullmatch(bare.strip()))
