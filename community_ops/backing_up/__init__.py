"""A backup is a folder: the dump of the database, the list of deletions, and a manifest that vouches for both.

Uploads, receipts and secrets lie in the database, sealed with FILE_KEYS; so a backup without the keys shows nobody what
people sent. The keys are never part of it: they are kept apart, and the manifest says by a mark which ones are needed.
"""
