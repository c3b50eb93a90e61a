"""How placements look: the state of a placement borrows icon and colour of a health state."""

from groups.models import Placement

MARKS = {
    Placement.State.PLANNED: "unknown",
    Placement.State.DONE: "watch",
    Placement.State.PAID: "healthy",
    Placement.State.CANCELLED: "dead",
}
