"""Keeps the memory that a piece of work frees for the next one, where the allocator is that of glibc.

A night makes and drops thousands of arrays of about a megabyte. Left alone, glibc gives each back to the system, which
hands it out again page by page, empty: a tenth of the processor's time of a night.
"""

from __future__ import annotations

import ctypes
from functools import cache

MB = 1024 * 1024
# The numbers of malloc.h. Arrays of up to MAPPED are taken from the heap, of which at most TRIMMED lie free at its end.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
TRIMMED, MAPPED = 64 * MB, 16 * MB


@cache
def keep_freed_memory() -> bool:
    """From now on in this process; whether its allocator can. Once is enough."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, MAPPED) and mallopt(M_TRIM_THRESHOLD, TRIMMED))
