"""docs/acceptance.md names a test for each of the forty criteria, and every test that it names is there."""

import ast
import re

from community_ops.bootstrap import ROOT

PAPER = (ROOT / "docs" / "acceptance.md").read_text(encoding="utf-8")
LINE = re.compile(r"^\| (AC-\d\d) \|.*\|(.*)\|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


def test_each_criterion_has_its_line():
    assert [name for name, _tests in LINE.findall(PAPER)] == [f"AC-{number:02d}" for number in range(1, 41)]
    assert all(TEST.search(tests) for _name, tests in LINE.findall(PAPER))


def test_every_test_that_it_names_is_there():
    named = TEST.findall(PAPER)
    there = {
        path: {
            each.name
            for each in ast.parse((ROOT / path).read_text(encoding="utf-8")).body
            if isinstance(each, ast.FunctionDef)
        }
        for path in {path for path, _test in named}
    }
    assert [f"{path}::{test}" for path, test in named if test not in there[path]] == []
