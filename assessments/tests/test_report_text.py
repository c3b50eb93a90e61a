"""A report read back by another program: its words, its fonts, its pages and its link (AC-28, AC-29)."""

import io
import re

import pytest
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from assessments.report import files
from assessments.report.contents import contents_of
from assessments.report.files import pdf_of
from assessments.tests.filling import EXAMPLE, changed
from assessments.tests.making import signed_in
from assessments.tests.test_reports import STOPPED, given, texts
from groups.tests.making import make_user

pytestmark = pytest.mark.django_db
LONG = changed(
    STOPPED,
    basics__purpose={"purpose": "unclear"},
    need__why={"reasons": ["deals"], "shared_goal": ""},
    need__costs={"weekly_hours": "8.5"},
    activity__kind={"kind": "conversation", "signal_conversation": "answered_24h", "target": "60"},
    activity__content={"content_sources": ["staff"], "content_supply": "under_4"},
)
A4 = (595, 842)


@pytest.fixture
def reader(team):
    return make_user(team, display_name="李婷婷", language="zh-hans")


def read(pdf):
    return PdfReader(io.BytesIO(pdf))


def told(pdf):
    """All text without spaces and line ends, which belong to the setting and not to the words."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in read(pdf).pages))


def fonts_of(page):
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("pages", [EXAMPLE, LONG], ids=["conditional", "not now"])
def test_what_is_read_back_is_what_was_written(team, reader, pages, language):
    verdict = given(team, reader, pages)
    with translation.override(language):
        pdf, contents = pdf_of(verdict), contents_of(verdict, picture=False)
    written = [text for text in texts(contents | {"look": ""}) if text not in ("healthy", "watch", "dead")]
    missing = [text for text in written if re.sub(r"\s", "", text) not in told(pdf)]
    assert not missing
    assert "\ufffd" not in told(pdf)
    assert verdict.conditions.count() == len(contents["conditions"])


def test_every_character_has_a_glyph_of_an_embedded_face_and_titles_are_bold(team, reader):
    """Glyph 0 is the empty box. Bold is a face of its own, not strokes around the regular one."""
    with translation.override("zh-hans"):
        pdf = read(pdf_of(given(team, reader, LONG)))
    spoken = []
    for page in pdf.pages:
        for font in fonts_of(page):
            assert font["/Encoding"] == "/Identity-H" and "/ToUnicode" in font
            [inner] = font["/DescendantFonts"]
            assert "/FontFile2" in inner.get_object()["/FontDescriptor"]
        page.extract_text(visitor_text=lambda text, _cm, _tm, font, _size: spoken.append((text.strip(), font)))
        for operands, operator in page.get_contents().operations:
            shown = operands[0] if operator == b"TJ" else operands if operator == b"Tj" else []
            codes = b"".join(each.original_bytes for each in shown if isinstance(each, str | bytes))
            assert 0 not in [int.from_bytes(codes[place : place + 2]) for place in range(0, len(codes), 2)]
    faces = {text: font["/BaseFont"].partition("+")[2] for text, font in spoken if text and font}
    assert faces["六项检查"] == "NotoSansSC-Bold"
    assert any(face == "NotoSansSC-Regular" for face in faces.values())


def test_a_long_report_breaks_between_pages_that_all_say_what_they_are(team, reader):
    with translation.override("zh-hans"):
        contents = contents_of(given(team, reader, LONG, name="很长的名字" * 8), picture=False)
    contents["conditions"] = contents["conditions"] * 8  # more than any verdict has
    pdf = read(files.typeset(files.TEMPLATE, contents, format="pdf"))
    assert len(pdf.pages) > 1
    for number, page in enumerate(pdf.pages, start=1):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4
        text = page.extract_text()
        assert re.sub(r"\s", "", contents["foot"]) in re.sub(r"\s", "", text)
        assert f"{number} / {len(pdf.pages)}" in text


def test_the_foot_leads_to_the_verdict_and_nothing_personal_is_in_it(team, reader):
    verdict = given(team, reader, name="电话 13812345678 的群")
    pdf = signed_in(reader).get(reverse("verdict-pdf", args=[verdict.assessment_id])).content
    links = {each.get_object()["/A"]["/URI"] for page in read(pdf).pages for each in page.get("/Annots", [])}
    assert links == {f"http://testserver{reverse('verdict', args=[verdict.assessment_id])}"}
    everything = told(pdf) + str(dict(read(pdf).metadata))
    assert "李*" in everything and "李婷" not in everything
    assert not re.search(r"(?<!\d)1\d{10}(?!\d)", everything)
    assert all(part in everything for part in (f"评估{verdict.assessment_id}", f"结论{verdict.pk}", "（UTC+8）"))
