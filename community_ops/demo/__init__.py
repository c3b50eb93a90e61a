"""The demo company: made by a seeded generator, dated relative to today, removable in one command."""
