"""When a figure of the machinery is a reason to act. `doctor`, `/readyz` and the alarms know only these."""

UNSENT_SECONDS = 300  # a saved message waits to be sent
TICK_SECONDS = 900  # the nights' tick was not carried out: beat, the broker or the workers are away
IMPORT_SECONDS = 1800  # an upload waits to be read
NIGHT_LATE_FROM_HOUR = 9  # business time; from then on the night of yesterday counts as late
