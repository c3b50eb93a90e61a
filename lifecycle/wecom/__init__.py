"""The connection to WeCom: which customer groups there are, who is in them, and what their owners' groups say a day."""
