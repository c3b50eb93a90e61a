"""Wiring: settings, urls, start-up, and the pages that join the apps."""
