"""Turns the source of a module into mutants of it: the same source with one small change each."""

from __future__ import annotations

import ast
import copy
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
REVERSED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
CALCULATED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum", "maximum": "minimum"}
OF_SQL = [(r"\bUNION ALL\b", "EXCEPT"), (r"\bNOT EXISTS\b", "EXISTS"), (r"\bAND\b", "OR"), (r" = ", " <> ")]


@dataclass(frozen=True)
class Mutant:
    """Where it is, and how it differs; `statement` is the line as it stands, `tree()` the changed module."""

    path: str
    line: int
    column: int
    what: str
    statement: str
    tree: Callable[[], ast.Module] = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The same in every run until the changed line or its place is edited."""
        told = f"{self.path}:{self.line}:{self.column}:{self.what}:{self.statement}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def mutants(root: Path, path: str) -> list[Mutant]:
    """All mutants of the module at `path` below `root`, in the order of its lines."""
    source = (root / path).read_text()
    lines = source.splitlines()
    tree = ast.parse(source)
    made = [
        Mutant(
            path, node.lineno, node.col_offset, what, lines[node.lineno - 1].strip(), partial(_with_change, tree, *told)
        )
        for node in _looked_at(tree)
        for what, *told in ((what, node, change) for what, change in _changes(node))
    ]
    return sorted(made, key=lambda each: (each.line, each.column, each.what))


def _looked_at(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node that may be changed: no annotations, docstrings, texts of f-strings or members of enums."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases):
            waiting += [each for each in node.body if isinstance(each, ast.FunctionDef)]
            continue
        if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom):
            continue
        if isinstance(node, ast.Assert) or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            continue
        if hasattr(node, "lineno"):
            yield node
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "type_comment", "bases"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_docstring(child):
                    waiting.append(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(node: ast.AST) -> Iterator[tuple[str, dict[str, object] | ast.AST]]:
    """Pairs of a name and either new values of the node's fields or another node in its place."""
    match node:
        case ast.Compare():
            for place, told in enumerate(node.ops):
                for table in (COMPARED, REVERSED):
                    if other := table.get(type(told)):
                        ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
                        yield f"{type(told).__name__} -> {other.__name__}", {"ops": ops}
        case ast.BinOp() | ast.AugAssign():
            if (other := CALCULATED.get(type(node.op))) and not _is_text(node):
                yield f"{type(node.op).__name__} -> {other.__name__}", {"op": other()}
        case ast.BoolOp():
            other = ast.Or if isinstance(node.op, ast.And) else ast.And
            yield f"{type(node.op).__name__} -> {other.__name__}", {"op": other()}
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub()):
            yield f"{type(node.op).__name__} left out", node.operand
        case ast.IfExp():
            yield "branches exchanged", {"body": node.orelse, "orelse": node.body}
        case ast.If(test=ast.Name() | ast.Attribute() | ast.Call()):
            yield "condition turned", {"test": ast.UnaryOp(ast.Not(), node.test)}
        case ast.Continue():
            yield "continue -> break", ast.Break()
        case ast.Break():
            yield "break -> continue", ast.Continue()
        case ast.Constant():
            yield from _of_constant(node)
        case ast.Call(func=ast.Name(id=name)) if name in NAMES:
            yield f"{name} -> {NAMES[name]}", {"func": ast.Name(NAMES[name], ast.Load())}
        case ast.Call(func=ast.Attribute(attr=name)) if name in NAMES:
            yield f"{name} -> {NAMES[name]}", {"func": ast.Attribute(node.func.value, NAMES[name], ast.Load())}
        case ast.Return(value=ast.AST() as value) if not isinstance(value, ast.Constant | ast.IfExp | ast.Compare):
            yield "returns nothing", {"value": ast.Constant(None)}


def _is_text(node: ast.BinOp | ast.AugAssign) -> bool:
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    return any(isinstance(each, ast.JoinedStr) or _text_of(each) is not None for each in sides)


def _text_of(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _of_constant(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield f"{value} -> {not value}", ast.Constant(not value)
    elif isinstance(value, int | float):
        yield f"{value} -> {value + 1}", ast.Constant(value + 1)
    elif isinstance(value, str) and re.fullmatch(r"0\.0*1", value):  # what is rounded to: only its places count
        yield f"{value!r} -> {value[:-1] + '01'!r}", ast.Constant(value[:-1] + "01")
    elif isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
        more = str(float(value) + 1) if "." in value else str(int(value) + 1)
        yield f"{value!r} -> {more!r}", ast.Constant(more)
    elif isinstance(value, str) and "SELECT" in value:
        for pattern, other in OF_SQL:
            for number, found in enumerate(re.finditer(pattern, value)):
                changed = value[: found.start()] + other + value[found.end() :]
                yield f"SQL {found[0].strip()} -> {other.strip()}, number {number + 1}", ast.Constant(changed)


def _with_change(tree: ast.Module, node: ast.AST, change: dict[str, object] | ast.AST) -> ast.Module:
    """A copy of the tree in which the node is changed; the tree itself stays as it is."""
    memo: dict[int, object] = {}
    if isinstance(change, dict):
        changed = copy.copy(node)
        for name, value in change.items():
            setattr(changed, name, value)
    else:
        changed = ast.copy_location(change, node)
    memo[id(node)] = ast.fix_missing_locations(changed)
    return ast.fix_missing_locations(copy.deepcopy(tree, memo))
