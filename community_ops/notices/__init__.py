"""Telling people: what is gathered for whom, how it reads, the daily mail, robots of staff chats, and their pages."""
