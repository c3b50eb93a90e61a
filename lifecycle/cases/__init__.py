"""From a standing flag to an outcome: cases open, people decide and work them, the night judges what came of it."""
