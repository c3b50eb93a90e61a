"""What our code never does, read from the code itself. Each rule is shown a line that breaks it."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from community_ops.bootstrap import ROOT

APPS = ("community_ops", "assessments", "groups", "lifecycle")
# The only places that speak to the outside: the provider of sign-in, robots of staff chats, WeCom.
OUTBOUND = {"community_ops/identity_provider.py", "community_ops/notices/transport.py", "lifecycle/wecom/client.py"}
OWN = {"community_ops/supervisor.py"}  # asks its own web process whether it answers
# They ask what the settings of the installation name: SITE_URL, EMAIL_URL, ALIVE_URL.
CONFIGURED = {"community_ops/doctor/outside.py", "community_ops/watching/sign_of_life.py"}
LOOKED_AT = {
    "community_ops/colleagues.py", "community_ops/insights/fleet.py", "groups/economics.py",
    "lifecycle/views/cases/board.py",
}  # fmt: skip
CLIENTS = {"httpx", "requests", "urllib3", "urllib.request", "http.client", "aiohttp", "authlib", "ftplib", "smtplib"}
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "yaml", "dill", "xml.etree", "xml.dom", "xml.sax", "lxml"}
# Mails go by Django, and the parser of callbacks refuses every declaration of a document type.
XML = {"lifecycle/wecom/envelopes.py"}


def sources() -> Iterator[tuple[str, str]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if not {"tests", "migrations"} & set(Path(name).parts):
                yield name, path.read_text()


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.glob("templates/**/*.html")):
        yield str(path.relative_to(ROOT)), path.read_text()


def called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def of(modules: set[str], node: ast.AST) -> bool:
    return any(name == each or name.startswith(f"{each}.") for name in imported(node) for each in modules)


def marks_as_safe(name: str, node: ast.AST) -> bool:
    """Only what stands in the code itself is markup; everything else goes through format_html."""
    return called(node) in ("mark_safe", "SafeString") and not all(isinstance(x, ast.Constant) for x in node.args)


def asks_in_raw_sql(name: str, node: ast.AST) -> bool:
    """SQL that the ORM puts into a query of its own; the places where no input is in the text are named."""
    return called(node) in ("RawSQL", "extra", "raw") and isinstance(node, ast.Call) and name not in LOOKED_AT


def loads_objects(name: str, node: ast.AST) -> bool:
    return of(UNSAFE_MODULES, node) or called(node) in ("eval", "exec")


def reads_xml(name: str, node: ast.AST) -> bool:
    return of({"xml"}, node) and name not in XML


def speaks_to_the_outside(name: str, node: ast.AST) -> bool:
    return of(CLIENTS, node) and name not in OUTBOUND | OWN | CONFIGURED


def follows_redirects(name: str, node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and (
        (node.arg in ("follow_redirects", "allow_redirects") and getattr(node.value, "value", None) is not False)
        or (node.arg == "verify" and getattr(node.value, "value", None) is False)
    )


def takes_every_field(name: str, node: ast.AST) -> bool:
    """A form names its fields: a new column is not open to whoever posts its name."""
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
        return False
    return node.targets[0].id == "fields" and getattr(node.value, "value", None) == "__all__"


def renders_text_of_people(name: str, node: ast.AST) -> bool:
    """Texts with fields are filled by string.Template; what people wrote is never a template of pages."""
    ours = isinstance(node, ast.ImportFrom) and node.module == "django.template"
    return called(node) == "from_string" or (ours and any(each.name == "Template" for each in node.names))


RULES = {
    marks_as_safe: "mark_safe(name)",
    asks_in_raw_sql: "Group.objects.extra(where=[x])",
    loads_objects: "import pickle",
    reads_xml: "from xml.parsers import expat",
    speaks_to_the_outside: "import httpx",
    follows_redirects: "get(address, follow_redirects=True)",
    takes_every_field: "fields = '__all__'",
    renders_text_of_people: "engine.from_string(text)",
}


def nodes_of(found: Iterable[tuple[str, str]]) -> list[tuple[str, ast.AST]]:
    """What can break a rule, with the file that it stands in."""
    kinds = ast.Call | ast.Import | ast.ImportFrom | ast.Assign | ast.keyword
    return [(name, node) for name, text in found for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]


@pytest.fixture(scope="module")
def ours():
    return nodes_of(sources())


def breaches(rule, nodes: Iterable[tuple[str, ast.AST]]) -> list[str]:
    return [f"{name}:{getattr(node, 'lineno', 0)}" for name, node in nodes if rule(name, node)]


@pytest.mark.parametrize(("rule", "breach"), RULES.items(), ids=[rule.__name__ for rule in RULES])
def test_our_code_never(rule, breach, ours):
    assert breaches(rule, nodes_of([("somewhere.py", breach)])), "the rule finds nothing"
    assert breaches(rule, ours) == []


UNESCAPED = re.compile(r"\|\s*(safe|safeseq)\b|autoescape\s+off|\bon(click|load|error|submit|change)\s*=|javascript:")
INLINE = re.compile(r"<script(?![^>]*(\bsrc=|nonce=|type=\"application/json\"))|<style(?![^>]*nonce=)|\sstyle=\"")


@pytest.mark.parametrize(
    ("pattern", "breach"),
    [
        pytest.param(UNESCAPED, "{{ name|safe }}", id="unescaped"),
        pytest.param(INLINE, "<script>1</script>", id="inline"),
    ],
)
def test_our_templates_never(pattern, breach):
    assert pattern.search(breach)
    found = [f"{name}: {match.group()}" for name, text in templates() for match in pattern.finditer(text)]
    assert found == []


# What is not shown: sentences that are translated whole, and what only a screen reader says.
UNSEEN = re.compile(
    r"{% blocktrans.*?{% endblocktrans\w* %}|<span class=\"visually-hidden\">.*?</span>|<title>.*?</title>"
    r"|\saria-label=\".*?\"(?=[\s>{])",
    re.S,
)
COLON = re.compile(r"[%}]}: ")


def test_colons_between_a_label_and_its_value_are_those_of_the_language():
    """By `{% colon %}`: a Chinese label has a Chinese one."""
    assert COLON.search(UNSEEN.sub("{{ sentence }}", "{% blocktranslate %}a: b{% endblocktranslate %}: {{ figure }}"))
    found = [name for name, text in templates() if COLON.search(UNSEEN.sub("{{ sentence }}", text))]
    assert found == []


def test_amounts_are_never_floats():
    """What is not money and may be a float is named here."""
    allowed = {"lifecycle/models/treatments.py", "lifecycle/models/health.py", "assessments/models/learning.py"}
    found = [name for name, text in sources() if "models.FloatField" in text and name not in allowed]
    assert found == []
