"""Reads outside tables, CSV and XLSX, under limits and strictly. No Django: a bare child runs this.

limits and archives (is it safe to open) -> recognition (what is it) -> encodings -> tables (rows below a header) ->
cells (one value) and refusal (why not).
"""
