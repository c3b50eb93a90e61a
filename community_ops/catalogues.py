"""Takes the texts of each app out of its code and templates, keeps its Chinese catalogue in step, and compiles it.

Needs no gettext on the machine: Babel extracts, merges and compiles. Catalogues hold no line numbers and no dates and
are sorted, so that they change only where a text changes.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

BASE_DIR = Path(__file__).resolve().parent.parent
APPS = ("groups", "assessments", "lifecycle", "community_ops")
LOCALE = "zh_Hans"
HEADER = """msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
KEYWORDS: dict[str, tuple | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Where Chinese is material, not interface: what people type, headers of files, names of languages, units of numbers,
# and what the terminal says in both languages before any catalogue is compiled.
MATERIAL = (
    "community_ops/bootstrap.py",
    "community_ops/management/commands/demo_logins.py",
    "community_ops/management/commands/prepare.py",
    "community_ops/management/commands/workers_answer.py",
    "community_ops/catalogues.py",
    "community_ops/chromium.py",
    "community_ops/command_line.py",
    "community_ops/demo/",
    "community_ops/embedded/",
    "community_ops/environment.py",
    "community_ops/numbers.py",
    "groups/rules/currency.py",
    "lifecycle/rules/calendar_text.py",
    "community_ops/preferences.py",
    "community_ops/supervisor.py",
    "community_ops/templatetags/figures.py",
    "groups/fields.py",
    "groups/models/people.py",
    "groups/rules/amounts.py",
    "groups/sheets/",
    "lifecycle/sources/",
)
# Words that our style guide replaces: polite you, sorry, other and log in with the wrong character.
UNWANTED = ("您", "对不起", "其它", "登陆")
_SKIPPED = {"tests", "migrations", "locale", "formats", ".venv", ".local"}


def path_of(app: str) -> Path:
    return BASE_DIR / app / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def sources_of(app: str) -> list[Path]:
    """The Python files and templates whose texts go into the catalogue of an app."""
    code = [path for path in (BASE_DIR / app).rglob("*.py") if not _SKIPPED & set(path.relative_to(BASE_DIR).parts)]
    pages = (BASE_DIR / "templates").rglob("*.*")
    return sorted(code) + sorted(path for path in pages if path.is_file() and owner_of_template(path) == app)


def owner_of_template(path: Path) -> str:
    """The app whose folder under templates/ holds the file; what belongs to no app is community_ops."""
    folder = path.relative_to(BASE_DIR / "templates").parts[0]
    return folder if folder in APPS else "community_ops"


def _texts(path: Path) -> Iterator[tuple[str | tuple, str | None]]:
    """(text or (one, many), context) of one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # templatize leaves a pseudo-Python of calls and X's; without its indentation it is readable as Python.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    for _line, function, found, _comments in extract_python(io.BytesIO(text.encode()), KEYWORDS, [], {}):
        parts = list(found) if isinstance(found, tuple | list) else [found]
        context = parts.pop(0) if "pgettext" in function else None
        wanted = 2 if "ngettext" in function or "npgettext" in function else 1
        if len(parts) >= wanted and all(isinstance(part, str) and part for part in parts[:wanted]):
            yield (parts[0] if wanted == 1 else tuple(parts[:2])), context


def extracted(app: str) -> Catalog:
    """The texts of an app without translations."""
    catalog = Catalog(locale=LOCALE, fuzzy=False)
    for path in sources_of(app):
        for message, context in _texts(path):
            catalog.add(message, context=context)
    return catalog


def stored(app: str) -> Catalog:
    """The catalogue as it stands in the file; empty where there is none yet."""
    path = path_of(app)
    if not path.exists():
        return Catalog(locale=LOCALE, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def _key(message: Message) -> tuple[str, str | None]:
    return (message.id if isinstance(message.id, str) else message.id[0]), message.context


def _translation(message: Message) -> str:
    """The translation, empty where there is none; Chinese has one form for every count."""
    found = message.string or ""
    return found if isinstance(found, str) else found[0] or ""


def _entries(catalog: Catalog) -> dict[tuple[str, str | None], Message]:
    return {_key(message): message for message in catalog if message.id}


def merged(app: str) -> Catalog:
    """The extracted texts with their known translations; what is no longer used falls away.

    A text that only another app has translated takes that translation, so that one text reads the same everywhere.
    """
    known = {key: each for other in (*APPS, app) for key, each in _entries(stored(other)).items() if _translation(each)}
    fresh = extracted(app)
    for key, message in _entries(fresh).items():
        old = known.get(key)
        if old is None:
            continue
        translation = _translation(old)
        message.string = (translation,) if message.pluralizable else translation
        if "fuzzy" in old.flags:
            message.flags.add("fuzzy")
    return fresh


def written(catalog: Catalog) -> bytes:
    """The text of the file: sorted, unwrapped, without places and dates."""
    file = io.BytesIO()
    write_po(file, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return HEADER.encode() + file.getvalue().lstrip(b"\n")


def update(app: str) -> bool:
    """Bring the file in step with the code; says whether it changed."""
    path, content = path_of(app), written(merged(app))
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def compile_catalogue(app: str) -> None:
    """Write the .mo beside the .po, if it is older than the file; in one step, so that no reader sees half of it."""
    source = path_of(app)
    target = source.with_suffix(".mo")
    if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
        return
    file = io.BytesIO()
    write_mo(file, stored(app))
    draft = target.with_suffix(".mo.new")
    draft.write_bytes(file.getvalue())
    draft.replace(target)


def faults_of(app: str) -> Iterator[str]:
    """What keeps the catalogue from being complete, one line each."""
    for message in _entries(merged(app)).values():
        translation = _translation(message)
        name = _key(message)[0]
        if not translation:
            yield f"{app}: not translated: {name!r}"
            continue
        if "fuzzy" in message.flags:
            yield f"{app}: marked as fuzzy: {name!r}"
        if CHINESE.search(name):
            yield f"{app}: the text in the code is not English: {name!r}"
        for word in UNWANTED:
            if word in translation:
                yield f"{app}: {word!r} is not a word of ours: {translation!r}"
        places = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
        many = name if isinstance(message.id, str) else message.id[1]
        if set(places.findall(many)) != set(places.findall(translation)):
            yield f"{app}: other placeholders than the original: {translation!r}"
    if path_of(app).exists() and path_of(app).read_bytes() != written(merged(app)):
        yield f"{app}: the catalogue is not in step with the code; run `manage.py catalogues`"


def conflicts() -> Iterator[str]:
    """Texts that two catalogues translate differently: only one of them would ever be seen."""
    seen: dict[tuple[str, str | None], tuple[str, str]] = {}
    for app in APPS:
        for key, message in _entries(stored(app)).items():
            translation = _translation(message)
            other, theirs = seen.setdefault(key, (app, translation))
            if translation and theirs and theirs != translation:
                yield f"{key[0]!r}: {other} says {theirs!r}, {app} says {translation!r}"


def chinese_in_the_code() -> Iterator[str]:
    """Chinese in string literals and templates, which would be shown in both languages."""
    for app in APPS:
        for path in sources_of(app):
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(BASE_DIR).as_posix()
            if not CHINESE.search(text) or name.startswith(MATERIAL):
                continue
            for line in sorted(set(_chinese_lines(path, text))):
                yield f"{name}:{line}: Chinese belongs in the catalogue"


def _chinese_lines(path: Path, text: str) -> Iterator[int]:
    if path.suffix != ".py":
        shown = re.sub(r"\{#.*?#\}|\{% comment .*?endcomment %\}", lambda hidden: "\n" * hidden[0].count("\n"), text)
        yield from (number for number, line in enumerate(shown.splitlines(), 1) if CHINESE.search(line))
        return
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        # A string that begins a statement is a docstring.
        begins = before in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        if token.type not in (tokenize.COMMENT, tokenize.NL) and CHINESE.search(token.string) and not begins:
            yield token.start[0]
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            before = token.type
