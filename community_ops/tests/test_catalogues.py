"""Texts are found in code and templates, catalogues keep translations, and every text is translated."""

import pytest

from community_ops import catalogues


@pytest.mark.parametrize("app", catalogues.APPS)
def test_every_text_of_the_app_is_translated(app):
    assert list(catalogues.faults_of(app)) == []


def test_a_text_reads_the_same_in_every_catalogue():
    assert list(catalogues.conflicts()) == []


def test_no_chinese_is_written_into_code_or_templates():
    assert list(catalogues.chinese_in_the_code()) == []


TEMPLATE = """
    {% load i18n %}
  {% translate "Save" %}
      {% blocktranslate count n=groups %}{{ n }} group{% plural %}{{ n }} groups{% endblocktranslate %}
{# 注释里的中文 #}
  {% if form.errors %}{% translate "Error: " %}{% endif %}
"""
CODE = """
'''Docstring 中文.'''
from django.utils.translation import gettext_lazy as _, ngettext
LABEL = _("Groups")
def f(n):
    return ngettext("%(n)s day", "%(n)s days", n)
"""


@pytest.mark.parametrize(
    ("name", "content", "texts"),
    [
        ("page.html", TEMPLATE, ["Save", ("%(n)s group", "%(n)s groups"), "Error: "]),
        ("code.py", CODE, ["Groups", ("%(n)s day", "%(n)s days")]),
    ],
)
def test_texts_are_found(tmp_path, name, content, texts):
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert [text for text, _context in catalogues._texts(tmp_path / name)] == texts


@pytest.mark.parametrize(
    ("name", "content", "lines"),
    [
        ("comment.html", TEMPLATE, []),
        ("text.html", "<p>保存</p>", [1]),
        ("docstring.py", CODE, []),
        ("string.py", 'LABEL = "健康"\n', [1]),
        ("call.py", "print(\n    '健康'\n)\n", [2]),
        ("remark.py", "x = 1  # 健康\n", []),
    ],
)
def test_chinese_is_seen_where_it_would_be_shown(tmp_path, name, content, lines):
    assert list(catalogues._chinese_lines(tmp_path / name, content)) == lines


@pytest.fixture
def an_app(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "BASE_DIR", tmp_path)
    monkeypatch.setattr(catalogues, "APPS", ("shop",))
    (tmp_path / "templates").mkdir()
    (tmp_path / "shop").mkdir()

    def code(*texts):
        (tmp_path / "shop" / "code.py").write_text("\n".join(f"_({text!r})" for text in texts))

    return code


def translate(text, translation):
    path = catalogues.path_of("shop")
    content = path.read_text().replace(f'msgid "{text}"\nmsgstr ""', f'msgid "{text}"\nmsgstr "{translation}"')
    path.write_text(content)


def test_an_update_keeps_translations_and_drops_what_is_gone(an_app):
    an_app("Save", "Open")
    assert catalogues.update("shop")
    assert len(list(catalogues.faults_of("shop"))) == 2
    translate("Save", "保存")
    an_app("Save", "Close")
    assert catalogues.update("shop")
    assert not catalogues.update("shop")
    text = catalogues.path_of("shop").read_text()
    assert 'msgid "Save"\nmsgstr "保存"' in text
    assert "Open" not in text
    assert list(catalogues.faults_of("shop")) == ["shop: not translated: 'Close'"]


@pytest.mark.parametrize(
    ("text", "translation", "fault"),
    [
        ("%(n)s days", "几天", "placeholders"),
        ("Sign in", "登陆", "not a word of ours"),
        ("Help", "请您稍等", "not a word of ours"),
    ],
)
def test_a_bad_translation_is_refused(an_app, text, translation, fault):
    an_app(text)
    catalogues.update("shop")
    translate(text, translation)
    assert fault in next(catalogues.faults_of("shop"))
