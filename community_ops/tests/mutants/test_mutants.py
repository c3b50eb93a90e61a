"""Mutants themselves: what is changed, and that a change reaches the module that is imported, in a fork alone."""

import os
import pickle

import pytest

from community_ops.bootstrap import ROOT
from community_ops.tests.mutants.grafting import graft
from community_ops.tests.mutants.making import mutants
from groups.rules import payback, profit_and_loss
from lifecycle.rules.policy import Policy

PAYBACK = "groups/rules/payback.py"


def in_a_child(work):
    """What `work` returns in a fork, so that what it changes is gone with it."""
    reading, writing = os.pipe()
    if not os.fork():
        with os.fdopen(writing, "wb") as file:
            pickle.dump(work(), file)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        told = pickle.load(file)
    os.wait()
    return told


def one(path, what, holds=""):
    return next(each for each in mutants(ROOT, path) if each.what == what and holds in each.statement)


def after(mutant, look):
    def work():
        graft(mutant)
        return look()

    return in_a_child(work)


def test_a_file_gives_the_same_mutants_each_time_and_none_twice():
    names = [each.name for each in mutants(ROOT, PAYBACK)]
    assert len(names) > 20 and len(set(names)) == len(names)
    assert names == [each.name for each in mutants(ROOT, PAYBACK)]


@pytest.mark.parametrize(
    ("mutant", "look", "before", "changed"),
    [
        (one(PAYBACK, "Lt -> LtE", "self.balance"),
         lambda: payback.Payback().is_open, False, True),
        (one(PAYBACK, "3 -> 4"), lambda: payback.MONTHS_OF_PACE, 3, 4),
        (one("groups/rules/profit_and_loss.py", "0 -> 1", "lines: int"),
         lambda: profit_and_loss.MonthResult(month=None).lines, 0, 1),
        (one("lifecycle/rules/policy.py", "7.0 -> 8.0", "least_exposure"), lambda: Policy().least_exposure, 7.0, 8.0),
    ],
    ids=["the code of a property", "a value of a module", "a default", "a threshold"],
)  # fmt: skip
def test_a_change_reaches_what_is_imported(mutant, look, before, changed):
    assert look() == before
    assert after(mutant, look) == changed
    assert look() == before
