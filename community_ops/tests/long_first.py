"""Files that start workers or browsers come first, so that short ones fill the end of a run on several processors.

Goes with `--dist loadfile --no-loadscope-reorder`: alone, xdist begins with the files of most tests, and one
processor waits for the last long one.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

WEIGHTS = {"services": 40, "browser": 15}  # about so many times the length of a test without them


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    weights: Counter[Path] = Counter()
    for item in items:
        weights[item.path] += max([1, *(weight for mark, weight in WEIGHTS.items() if item.get_closest_marker(mark))])
    items.sort(key=lambda item: -weights[item.path])
