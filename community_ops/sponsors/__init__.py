"""Sponsors: who pays for placements, when they are shown, and what they cost in trust."""
