"""A new installation gets its tables at once; an older one by the steps that it lacks. Both end at the same tables."""

import re
from importlib import import_module

import pytest
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

APPS = ("assessments", "groups", "lifecycle")
MADE = re.compile(r"CREATE (?:FUNCTION .*?END \$\$;|TRIGGER .*?;)", re.DOTALL)


@pytest.fixture(scope="module")
def loaders():
    both = MigrationLoader(None, load=False)
    both.build_graph()
    steps = MigrationLoader(None, load=False, replace_migrations=False)
    steps.build_graph()
    return both, steps


def at_once(loader, app):
    return next(m for (label, _), m in loader.disk_migrations.items() if label == app and m.replaces)


def test_the_models_are_the_same_by_either_way(loaders):
    squashed, steps = loaders
    later = {
        app: [name for label, name in steps.graph.leaf_nodes() if label == app and name != at_once(squashed, app).name]
        for app in APPS
    }
    one_by_one = steps.project_state([(app, name) for app in APPS for name in later[app]])
    for here, there in ((squashed.project_state(), one_by_one), (one_by_one, squashed.project_state())):
        changes = MigrationAutodetector(here, there)._detect_changes()
        assert {app: [m.operations for m in changes.get(app, [])] for app in APPS} == dict.fromkeys(APPS, [])


@pytest.mark.parametrize("app", APPS)
def test_what_is_made_by_sql_is_word_for_word_what_the_steps_make(loaders, app):
    squashed = at_once(loaders[0], app)
    sql = "\n".join(str(getattr(operation, "sql", "")) for operation in squashed.operations)
    steps = [import_module(f"{app}.migrations.{name}") for label, name in squashed.replaces if label == app]
    made = [part for step in steps for part in MADE.findall(str(getattr(step, "MAKE", "")))]
    assert made and [part for part in made if part not in sql] == []
    assert len(MADE.findall(sql)) == len(made)


def test_each_step_is_replaced(loaders):
    """Only those after the last replaced one stand for themselves."""
    for app in APPS:
        squashed = at_once(loaders[0], app)
        last = max(name for _, name in squashed.replaces)
        assert squashed.replaces == sorted(
            key for key in loaders[0].disk_migrations if key[0] == app and key[1] <= last and key[1] != squashed.name
        )
