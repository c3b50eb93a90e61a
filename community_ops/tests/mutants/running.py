"""A pytest plugin that, instead of running the tests once, tries mutants: each in a fork of the loaded run.

First every test runs once in a fork that notes which functions it calls. Then each mutant meets the tests that call its
function, the quick ones first, and the first failure is enough. Results are lines of JSON in the file of `MUTANTS`.
"""

from __future__ import annotations

import ast
import functools
import itertools
import json
import os
import pickle
import random
import resource
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from hypothesis import settings as drawing

from community_ops.bootstrap import ROOT
from community_ops.tests.mutants.grafting import NotGrafted, NotImported, graft, module_of
from community_ops.tests.mutants.making import Mutant, mutants

# The same draws for every mutant, and few of them where the test names no number of its own.
drawing.register_profile("mutants", derandomize=True, max_examples=40, database=None, deadline=None)
drawing.load_profile("mutants")

SECONDS_OF_A_TEST = 6.0  # a slower one is left out
SECONDS_FOR_A_MUTANT = 4.0  # of its tests together, the slow ones left out
SECONDS_OF_A_MUTANT = 25  # then it is taken for an endless loop
KILLED, SURVIVED, UNCALLED, NOT_TRIED = "killed", "survived", "no test calls it", "not tried"


@dataclass
class Failed:
    """Why a fork came to no end."""

    why: str


@dataclass
class Known:
    """What the first run of the tests told: per test its seconds and the functions (path, first line) it calls."""

    seconds: dict[str, float] = field(default_factory=dict)
    calls: dict[str, set[tuple[str, int]]] = field(default_factory=dict)


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Try the mutants of the plan; leaves the results in its file."""
    plan = json.loads(os.environ["MUTANTS"])
    _prepare_database(session)
    known: Known = in_a_fork(lambda: _look(session.items, plan["paths"]))
    items = [each for each in session.items if known.seconds.get(each.nodeid, 1e9) <= SECONDS_OF_A_TEST]
    write = session.config.get_terminal_writer()
    write.line(f"{len(items)} of {len(session.items)} tests are quick enough and pass")
    chosen = _chosen(plan)
    results = Path(plan["results"])
    done = {each["name"] for each in read_results(results) if each["outcome"] not in plan["again"]}
    for number, mutant in enumerate(chosen):
        if mutant.name in done:
            continue
        began = time.monotonic()
        tests = _tests_of(mutant, items, known)
        outcome = in_a_fork(lambda mutant=mutant, tests=tests: _try(mutant, tests), SECONDS_OF_A_MUTANT) or KILLED
        if outcome == SURVIVED and not tests:
            outcome = UNCALLED
        line = {"name": mutant.name, "path": mutant.path, "line": mutant.line, "what": mutant.what}
        line |= {"source": mutant.statement, "outcome": outcome, "seconds": round(time.monotonic() - began, 2)}
        with results.open("a") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        if outcome != KILLED:
            write.line(f"{number + 1}/{len(chosen)} {outcome}: {mutant.path}:{mutant.line} {mutant.what}")
    return True


def read_results(path: Path) -> list[dict[str, Any]]:
    """One result a mutant: the last one that stands in the file."""
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return list({each["name"]: each for each in lines}.values())


def _chosen(plan: dict[str, Any]) -> list[Mutant]:
    """All mutants of the paths, or of each path as many as `sample` allows; a larger sample holds the smaller one."""
    chosen = []
    for path in plan["paths"]:
        made = mutants(ROOT, path)
        if plan["sample"] and len(made) > plan["sample"]:
            random.Random(f"{plan['seed']} {path}").shuffle(made)
            made = made[: plan["sample"]]
        chosen += made
    return chosen


def _prepare_database(session: pytest.Session) -> None:
    """Make the test database before the forks, where a test needs one; each fork connects by itself."""
    wanting = [each for each in session.items if "django_db_setup" in getattr(each, "fixturenames", ())]
    if wanting:
        _run(wanting[:1])
    connections.close_all()


class _TheSession:
    """Stands for the test that comes next where any may: all but what belongs to the whole run is ended."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[pytest.Session]:
        return [self.session]


def _run(items: Sequence[pytest.Item]) -> None:
    """Run them in this order up to the first failure."""
    for number in range(len(items)):
        _run_one(items, number)
        if items[number].session.testsfailed:
            return


def _run_one(items: Sequence[pytest.Item], number: int) -> None:
    item = items[number]
    following = items[number + 1] if number + 1 < len(items) else _TheSession(item.session)
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def in_a_fork(work: Callable[[], Any], seconds: int = 3600) -> Any:
    """What `work` returns in a silent child of this process; None when it is killed, as for more CPU than allowed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        with os.fdopen(writing, "wb") as file:
            try:
                told = pickle.dumps(work())
            except BaseException:
                told = pickle.dumps(Failed(traceback.format_exc()))
            file.write(told)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        told = file.read()
    os.waitpid(child, 0)
    made = pickle.loads(told) if told else None
    if isinstance(made, Failed):
        raise RuntimeError(made.why)
    return made


def _silence(items: Sequence[pytest.Item]) -> None:
    """Take away who draws a dot for every test. Only in a fork."""
    for item in items[:1]:
        plugins = item.config.pluginmanager
        if plugins.has_plugin("terminalreporter"):
            plugins.unregister(name="terminalreporter")


def _look(items: Sequence[pytest.Item], paths: Sequence[str]) -> Known:
    """Run every test once and note what it calls. What a file's fixtures call is called by all its tests."""
    _silence(items)
    known = Known()
    wanted = {str(ROOT / path): path for path in paths}
    called: set[tuple[str, int]] = set()

    def note(frame: Any, event: str, argument: object) -> None:
        if path := wanted.get(frame.f_code.co_filename):
            called.add((path, frame.f_code.co_firstlineno))

    of_files: dict[Path, set[tuple[str, int]]] = defaultdict(set)
    for number, item in enumerate(items):
        called.clear()
        failed, began = item.session.testsfailed, time.process_time()
        sys.settrace(note)
        _run_one(items, number)
        sys.settrace(None)
        if item.session.testsfailed == failed:
            known.seconds[item.nodeid] = time.process_time() - began
            known.calls[item.nodeid] = set(called)
            if number == 0 or items[number - 1].path != item.path:
                of_files[item.path] |= called  # the first test of a file makes what its others share
    for item in items:
        if item.nodeid in known.calls:
            known.calls[item.nodeid] |= of_files[item.path]
    return known


def _tests_of(mutant: Mutant, items: Sequence[pytest.Item], known: Known) -> list[pytest.Item]:
    """Tests that call the changed function; for a value, tests of its module and of those that take from it."""
    around = [each for each in _functions(mutant.path) if each[0] <= mutant.line <= each[2]]
    first, body, _end = min(around, default=(0, 0, 0))
    if around and mutant.line >= body:
        found = [each for each in items if (mutant.path, first) in known.calls[each.nodeid]]
    else:
        paths = _takers(mutant.path)
        found = [each for each in items if paths & {path for path, _line in known.calls[each.nodeid]}]
    found.sort(key=lambda each: known.seconds[each.nodeid])
    took = itertools.accumulate(known.seconds[each.nodeid] for each in found)
    return [each for each, seconds in zip(found, took, strict=True) if seconds <= SECONDS_FOR_A_MUTANT]


@functools.cache
def _functions(path: str) -> list[tuple[int, int, int]]:
    """(first line with decorators, first line of the body, last line) of every function of the module."""
    return [
        (min([node.lineno, *(each.lineno for each in node.decorator_list)]), node.body[0].lineno, node.end_lineno or 0)
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.FunctionDef)
    ]


@functools.cache
def _takers(path: str) -> set[str]:
    """The module itself and those of ours that import from it."""
    name = path.removesuffix(".py").replace("/", ".")
    own = vars(module_of(path))
    taken = [
        value for key, value in own.items() if not key.startswith("__") and getattr(value, "__module__", name) == name
    ]
    return {path} | {
        each.__name__.replace(".", "/") + ".py"
        for each in list(sys.modules.values())
        if each.__name__.startswith(("assessments.rules", "groups.", "lifecycle.rules"))
        and any(value is one for value in list(vars(each).values()) for one in taken)
    }


def _try(mutant: Mutant, tests: Sequence[pytest.Item]) -> str:
    try:
        graft(mutant)
    except NotGrafted:
        return NOT_TRIED
    except NotImported:
        return KILLED
    _silence(tests)
    _run(tests)
    return KILLED if tests and tests[0].session.testsfailed else SURVIVED
