"""Tries mutants of the rules and of who may see what, and says how many of them a test found.

    nice .venv/bin/python -m community_ops.tests.mutants --sample 60
    .venv/bin/python -m community_ops.tests.mutants --report

Takes one processor and goes on where it was stopped. `--again` tries those anew that survived, after tests were added.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter

from community_ops.bootstrap import LOCAL, ROOT
from community_ops.tests.mutants.making import mutants

RESULTS = LOCAL / "mutants.jsonl"
# Tests of what knows no database need none either.
OF_VERDICTS = ("assessments/tests/rules",)
OF_MONEY = ("groups/tests/rules", "groups/tests/test_amounts.py", *OF_VERDICTS)
OF_HEALTH = (
    "lifecycle/tests/rules",
    *(f"lifecycle/tests/test_{name}.py" for name in (
        "calendar", "card", "coverage_rules", "judging", "scenario_suite", "scenarios", "strains", "windows",
        "worked_example", "worth_of_messages",
    )),
)  # fmt: skip
OF_ACCESS = ("groups/tests/test_access.py", "groups/tests/test_teams.py")
PARTS = {
    "verdict and economics of a plan": ("assessments/rules", OF_VERDICTS),
    "money and registry": ("groups/rules", OF_MONEY),
    "health, decision and cases": ("lifecycle/rules", OF_HEALTH),
    "who may see what": ("groups/access.py", OF_ACCESS),
}


def paths_of(place: str) -> list[str]:
    """The modules at a place, without empty ones."""
    found = sorted((ROOT / place).rglob("*.py")) if (ROOT / place).is_dir() else [ROOT / place]
    return [str(each.relative_to(ROOT)) for each in found if each.read_text().strip()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", help="paths of modules; without any all of them")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants of a module at most; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="try the survivors anew")
    parser.add_argument("--report", action="store_true", help="only say what is known")
    asked = parser.parse_args()
    if not asked.report:
        for place, tests in PARTS.values():
            if paths := [each for each in paths_of(place) if not asked.modules or each in asked.modules]:
                again = ["survived", "no test calls it"] if asked.again else []
                plan = {"paths": paths, "sample": asked.sample, "seed": asked.seed, "again": again}
                if status := run(plan, tests):
                    return status
    report()
    return 0


def run(plan: dict[str, object], tests: tuple[str, ...]) -> int:
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "community_ops.tests.mutants.running", *tests]
    environment = os.environ | {"MUTANTS": json.dumps(plan | {"results": str(RESULTS)})}
    RESULTS.parent.mkdir(exist_ok=True)
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


def report() -> None:
    """Print the table of docs/mutants.md, and the mutants that no test found."""
    lines = [json.loads(line) for line in RESULTS.read_text().splitlines()] if RESULTS.exists() else []
    paths = [path for place, _tests in PARTS.values() for path in paths_of(place)]
    there = {each.name for path in paths for each in mutants(ROOT, path)}  # others are of lines that were edited
    known = [each for each in {each["name"]: each for each in lines}.values() if each["name"] in there]
    print("| part | tried | killed | share |\n|---|---|---|---|")  # noqa: T201
    for part, (place, _tests) in PARTS.items():
        count = Counter(each["outcome"] for each in known if each["path"].startswith(place))
        tried = count.total() - count["not tried"]
        if tried:
            print(f"| {part} (`{place}`) | {tried} | {count['killed']} | {count['killed'] / tried:.1%} |")  # noqa: T201
    for each in sorted(known, key=lambda each: (each["path"], each["line"])):
        if each["outcome"] != "killed":
            print(f"{each['path']}:{each['line']}  {each['what']}  ({each['outcome']})  {each['source']}")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
