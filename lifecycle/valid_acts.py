"""Which of the stored messages and speakers count as activity, as SQL over rows of lifecycle_daily.

What was said for a red packet or says nothing is stored beside the messages, in classes that do not overlap, and taken
off wherever activity is judged. Where nobody told the classes apart they hold zero, and everything counts.
"""

from __future__ import annotations

MESSAGES = "GREATEST(messages - filler - incentivised, 0)"
# No more people can have said something that counts than there are messages that do.
SPEAKERS = f"CASE WHEN filler + incentivised > 0 THEN LEAST(speakers, {MESSAGES}) ELSE speakers END"
VALID = {"messages": MESSAGES, "speakers": SPEAKERS}


def columns(names: tuple[str, ...]) -> str:
    """The counts of these names for a SELECT, in their order."""
    return ", ".join(VALID.get(name, name) for name in names)
