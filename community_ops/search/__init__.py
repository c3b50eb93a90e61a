"""One box over everything that a person may see: `finding` asks, `page` shows."""
