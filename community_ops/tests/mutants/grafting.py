"""Puts a mutant into the module that is imported already, so that a fork of a loaded test run can try it at once.

Code of functions is exchanged in place; a value of the module or a default is computed anew and put where the old one
was taken to. What a module computes from such a value while it is imported keeps the old one.
"""

from __future__ import annotations

import ast
import dataclasses
import gc
import importlib
import sys
from types import CodeType, FunctionType, ModuleType
from typing import Any

from community_ops.tests.mutants.making import Mutant

SHORT = 40  # letters: a text so short may stand elsewhere by chance


class NotGrafted(Exception):
    """The change stands where it cannot be put into a module that is imported."""


class NotImported(Exception):
    """The changed module would not even be imported."""


def module_of(path: str) -> ModuleType:
    return importlib.import_module(path.removesuffix(".py").replace("/", "."))


def graft(mutant: Mutant) -> None:
    """Change the imported module. Raises NotGrafted."""
    module, tree = module_of(mutant.path), mutant.tree()
    way = _way_to(mutant, tree)
    if isinstance(way[-1], ast.FunctionDef) and mutant.line >= way[-1].body[0].lineno:
        _exchange_code(module, tree, way)
    elif isinstance(way[-1], ast.FunctionDef):
        _exchange_defaults(module, way)
    elif len(way) == 1 and isinstance(way[0], ast.Assign | ast.AnnAssign):
        _exchange_value(module, way[0])
    elif len(way) == 2 and isinstance(way[0], ast.ClassDef) and isinstance(way[1], ast.Assign | ast.AnnAssign):
        _exchange_field(module, way[0], way[1])
    else:
        raise NotGrafted(f"{mutant.path}:{mutant.line}")


def _way_to(mutant: Mutant, tree: ast.Module) -> list[ast.stmt]:
    """The statement of the module that holds the change, and within classes down to the function or the field."""
    way: list[ast.stmt] = []
    body = tree.body
    while True:
        at = next(each for each in body if _begin(each) <= mutant.line <= (each.end_lineno or each.lineno))
        way.append(at)
        if not isinstance(at, ast.ClassDef):
            return way
        body = at.body


def _begin(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


def _exchange_code(module: ModuleType, tree: ast.Module, way: list[ast.stmt]) -> None:
    function = function_at(module, [each.name for each in way])  # type: ignore[attr-defined]
    for code in _codes(compile(tree, module.__file__ or "", "exec")):
        if (code.co_qualname, code.co_firstlineno) == (function.__qualname__, function.__code__.co_firstlineno):
            function.__code__ = code
            return
    raise NotGrafted(function.__qualname__)


def _codes(code: CodeType):
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def function_at(module: ModuleType, names: list[str]) -> FunctionType:
    """The function itself, below whatever decorates it. Raises NotGrafted."""
    found: Any = module
    for name in names:
        found = vars(found)[name]
    for inner in ("fget", "func", "__func__", "__wrapped__"):
        found = getattr(found, inner, None) or found
    if not isinstance(found, FunctionType):
        raise NotGrafted(".".join(names))
    return found


def _exchange_defaults(module: ModuleType, way: list[ast.stmt]) -> None:
    function = function_at(module, [each.name for each in way])  # type: ignore[attr-defined]
    made = dict(vars(module))
    definition = way[-1]
    definition.decorator_list = []  # type: ignore[attr-defined]
    _run(ast.Module([definition], []), module, made)
    function.__defaults__ = made[function.__name__].__defaults__
    function.__kwdefaults__ = made[function.__name__].__kwdefaults__


def _exchange_value(module: ModuleType, statement: ast.Assign | ast.AnnAssign) -> None:
    """Compute the value anew, here and wherever a module of ours took it to under its name."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    before = {name: vars(module)[name] for name in names}
    _run(ast.Module([statement], []), module, vars(module))
    for other in list(sys.modules.values()):
        for name, old in before.items():
            if getattr(other, "__dict__", {}).get(name) is old and other is not module:
                setattr(other, name, vars(module)[name])
            elif isinstance(old, str) and len(old) > SHORT:
                _exchange_within(other, old, vars(module)[name])
    for name, old in before.items():
        _exchange_early(old, vars(module)[name])


def _run(tree: ast.Module | ast.Expression, module: ModuleType, scope: dict[str, Any]) -> Any:
    try:
        return eval(compile(tree, module.__file__ or "", "exec" if isinstance(tree, ast.Module) else "eval"), scope)
    except Exception as error:
        raise NotImported(str(error)) from error


def _exchange_within(module: ModuleType, old: str, new: str) -> None:
    """Texts of a module that were made with the old one, as statements are made of parts."""
    for name, value in list(getattr(module, "__dict__", {}).items()):
        if isinstance(value, str) and old in value:
            setattr(module, name, value.replace(old, new))


def _exchange_early(old: object, new: object) -> None:
    """Defaults of functions that hold the very value. Small numbers are shared by all, so they are left alone."""
    if isinstance(old, int | str | float | None):
        return
    for function in gc.get_referrers(old):
        if isinstance(function, tuple):
            for each in gc.get_referrers(function):
                if isinstance(each, FunctionType) and each.__defaults__ is function:
                    each.__defaults__ = tuple(new if value is old else value for value in function)


def _exchange_field(module: ModuleType, of: ast.ClassDef, statement: ast.Assign | ast.AnnAssign) -> None:
    """A default of a dataclass: in the class, in its constructor, and in the instances that stand already."""
    kind = vars(module)[of.name]
    target = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
    if not isinstance(target, ast.Name) or statement.value is None:
        raise NotGrafted(of.name)
    name = target.id
    scope = {**vars(module), **vars(kind)}
    new = _run(ast.Expression(statement.value), module, scope)
    if not dataclasses.is_dataclass(kind):
        setattr(kind, name, new)
        return
    if isinstance(new, dataclasses.Field):
        raise NotGrafted(f"{of.name}.{name}")
    begin = kind.__init__
    known = list(begin.__code__.co_varnames[: begin.__code__.co_argcount])
    if name in known and begin.__defaults__:
        place = known.index(name) - len(known)
        defaults = list(begin.__defaults__)
        old, defaults[place] = defaults[place], new
        begin.__defaults__ = tuple(defaults)
    elif name in (begin.__kwdefaults__ or {}):
        old = begin.__kwdefaults__[name]
        begin.__kwdefaults__[name] = new
    else:
        raise NotGrafted(f"{of.name}.{name}")
    if name not in getattr(kind, "__slots__", ()):
        setattr(kind, name, new)
    for each in gc.get_objects():
        if type(each) is kind and getattr(each, name, None) == old:
            object.__setattr__(each, name, new)
