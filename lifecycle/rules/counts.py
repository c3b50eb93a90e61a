"""The counts of a group and day, their order in every table and file, and the bit that says that one was observed."""

COUNTS = (
    "members",
    "joins",
    "leaves",
    "messages",
    "speakers",
    "clicks",
    "orders",
    "buyers",
    "ads",
    "revenue_cents",
    # New ones come last: the place of a count is its bit in rows that are stored.
    "filler",  # messages that say nothing: stickers, word chains, digits, fewer than four characters
    "incentivised",  # other messages within 48 hours after a red packet
    "questions",  # asked, filler or not paid for alike
    "answered",  # those of them that somebody else answered within 24 hours
)
KNOWN = {name: 1 << place for place, name in enumerate(COUNTS)}
# How many members a group has is a level: a day without a row says nothing about it. All others are flows.
LEVELS = KNOWN["members"]
