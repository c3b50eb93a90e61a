"""Outside files, one documented shape per module, become canonical rows. No Django: a bare child runs this.

Tables and their cells are read by groups.sheets, which the registry uses too.

recognition (what is it) -> sheets / slack, telegram, zulip / chats (one file per chat) -> gathering (collect)
-> canonical (order, deduplicate, hash) -> spool (hand it over).
"""
