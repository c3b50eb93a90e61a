"""Outside files, one documented shape per module, become canonical rows. No Django: a bare child runs this.

recognition (what is it) -> tables / slack_export / telegram_export (read it) -> gathering (collect) -> canonical
(order, deduplicate, hash) -> spool (hand it over).
"""
