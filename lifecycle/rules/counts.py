"""The counts of a group and day, their order in every table and file, and the bit that says that one was observed."""

COUNTS = ("members", "joins", "leaves", "messages", "speakers", "clicks", "orders", "buyers", "ads", "revenue_cents")
KNOWN = {name: 1 << place for place, name in enumerate(COUNTS)}
# How many members a group has is a level: a day without a row says nothing about it. All others are flows.
LEVELS = KNOWN["members"]
