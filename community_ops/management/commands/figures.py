"""`manage.py figures`: writes docs/figures.md from the definitions that the pages show; `--check` compares them."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from community_ops import metrics
from community_ops.bootstrap import ROOT

PAPER = ROOT / "docs" / "figures.md"
HEAD = """# What every figure means

Written by `python3 manage.py figures` from `community_ops/metrics.py`, which the page of definitions and the (i) beside
the figures show too. Change it there, in both languages, and run the command.
"""


def definitions() -> str:
    """The paper as it should be, each figure in Chinese and in English."""
    told: dict[str, list] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            told[language] = [
                (str(title), [(each.slug, str(each.label), str(each.meaning)) for each in section])
                for title, section in metrics.SECTIONS
            ]
    lines = [HEAD]
    for (chinese, section), (english, same) in zip(told["zh-hans"], told["en"], strict=True):
        lines.append(f"## {chinese} · {english}\n")
        for (slug, label, meaning), (_slug, english_label, english_meaning) in zip(section, same, strict=True):
            lines.append(f'<a id="{slug}"></a>\n**{label}** {meaning}<br>\n**{english_label}** {english_meaning}\n')
    return "\n".join(lines)


class Command(BaseCommand):
    help = "Write docs/figures.md from the definitions that the pages show"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if the paper says something else")

    def handle(self, *args, check: bool, **options) -> None:
        if not check:
            PAPER.write_text(definitions(), encoding="utf-8")
        elif not PAPER.exists() or PAPER.read_text(encoding="utf-8") != definitions():
            raise CommandError("docs/figures.md says something else than community_ops/metrics.py; run: figures")
