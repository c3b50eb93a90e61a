"""The HTTP API for other systems: the same rules as imports, by a token, whole batches or nothing."""
