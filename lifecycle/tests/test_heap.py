"""The memory that a piece frees is kept where the allocator can, and a night goes on where it cannot."""

import ctypes

import pytest

from lifecycle import stage
from lifecycle.heap import M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, keep_freed_memory
from lifecycle.tests.test_nights import DAY, NOW


@pytest.fixture(autouse=True)
def asked_anew():
    keep_freed_memory.cache_clear()
    yield
    keep_freed_memory.cache_clear()


class Allocator:
    def __init__(self, answer: int) -> None:
        self.answer, self.told = answer, []

    def mallopt(self, name: int, value: int) -> int:
        self.told.append(name)
        return self.answer


@pytest.mark.parametrize(("answer", "kept"), [(1, True), (0, False)])
def test_the_allocator_is_told_once(monkeypatch, answer, kept):
    allocator = Allocator(answer)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: allocator)
    assert [keep_freed_memory(), keep_freed_memory()] == [kept, kept]
    assert set(allocator.told) <= {M_MMAP_THRESHOLD, M_TRIM_THRESHOLD} and len(allocator.told) == 1 + kept


@pytest.mark.parametrize("fault", [OSError, AttributeError])
def test_without_such_an_allocator_the_stages_run_all_the_same(monkeypatch, fault):
    def none(name):
        raise fault

    monkeypatch.setattr(ctypes, "CDLL", none)
    ran = []
    one = stage.Stage("one", lambda *given: ran.append(given) or 1)
    assert stage.run_stages([one], [1], DAY, DAY, now=NOW).rows["one"] == 1
    assert not keep_freed_memory() and len(ran) == 1
