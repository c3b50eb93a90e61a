"""The lists of docs/: every control and every test that they name is there, so that none of them is a claim alone."""

import ast
import re
from functools import cache

import pytest

from community_ops.bootstrap import ROOT

LISTS = ("security.md", "faults.md", "personal-data.md", "threat-model.md")
NAMED = re.compile(r"`((?:[\w-]+/)+(?:[\w.-]+)?|[\w/-]+\.(?:py|md|html|txt))(?:::(\w+))?`")


def names(document: str) -> list[tuple[str, str]]:
    path = ROOT / "docs" / document
    return sorted(set(NAMED.findall(path.read_text()))) if path.exists() else []


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("document", LISTS)
def test_what_a_list_names_is_there(document):
    found = names(document)
    assert found, f"docs/{document} names nothing"
    missing = [path for path, _ in found if not (ROOT / path).exists()]
    missing += [
        f"{path}::{test}" for path, test in found if test and (ROOT / path).exists() and test not in functions_of(path)
    ]
    assert missing == []


def test_a_name_that_is_gone_is_found():
    assert NAMED.findall("`groups/gone.py::test_of_nothing`") == [("groups/gone.py", "test_of_nothing")]
    assert "test_of_nothing" not in functions_of("groups/tests/test_audit.py")


def test_each_row_of_the_requirements_has_a_control_and_a_test():
    rows = [line for line in (ROOT / "docs/security.md").read_text().splitlines() if re.match(r"\| \d+\.", line)]
    assert len(rows) > 80
    bare = [row for row in rows if "::test_" not in row.split("|")[4] and row.split("|")[4].strip() != "see operations"]
    assert bare == []
