"""A verdict as a file: size, what stands in it, what must not, and that no character is missing in the font."""

import struct
from time import perf_counter

import pytest
from django.urls import reverse
from django.utils import translation

from assessments.report.contents import contents_of
from assessments.report.files import pdf_of, png_of
from assessments.report.printable import GETA, masked, printable
from assessments.tests.filling import EXAMPLE, FAULTLESS, changed, prefill, submit
from assessments.tests.making import make_assessment, signed_in
from groups.tests.making import make_user

pytestmark = pytest.mark.django_db
STOPPED = changed(
    EXAMPLE,
    need__why={"reasons": ["unclear"]},
    need__evidence={"evidence": "none"},
    need__alternative={"alternative": "yes"},
    activity__rhythm={"review": "never", "posts_per_day": "9"},
    activity__content={"content_sources": ["members"]},
    duration__exit={"exit_plan": "not_yet"},
    duration__mission={"lasting_reasons": ["none"]},
    duration__funnel={"layer": "mass"},
)


@pytest.fixture
def reader(team):
    return make_user(team, display_name="李婷婷", language="zh-hans")


def given(team, reader, pages=EXAMPLE, name="零食会员群"):
    assessment = make_assessment(team, reader)
    prefill(assessment, changed(pages, basics__name={"name": name}), reader)
    assessment.refresh_from_db()
    return submit(signed_in(reader), assessment)


def texts(value):
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("pages", [EXAMPLE, FAULTLESS, STOPPED], ids=["conditional", "go", "not now"])
def test_the_picture_is_1080_pixels_wide_and_fits_a_chat(team, reader, pages):
    with translation.override("zh-hans"):
        picture = png_of(given(team, reader, pages))
    width, height = struct.unpack(">II", picture[16:24])
    assert picture.startswith(b"\x89PNG") and width == 1080
    assert height <= 1920
    assert len(picture) <= 1_000_000


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("pages", [EXAMPLE, STOPPED], ids=["conditional", "not now"])
def test_every_text_has_its_glyphs(team, reader, pages, language):
    with translation.override(language):
        contents = contents_of(given(team, reader, pages), picture=False)
    assert GETA not in "".join(texts(contents))


def test_names_and_phones_do_not_leave_the_house(team, reader):
    verdict = given(team, reader, name="电话 13812345678 的群")
    with translation.override("zh-hans"):
        told = " ".join(texts(contents_of(verdict, picture=False)))
    assert "李*" in told and "李婷" not in told
    assert "138********" in told and "13812345678" not in told


def test_it_says_what_it_is_and_of_when(team, reader):
    verdict = given(team, reader)
    with translation.override("en"):
        foot = contents_of(verdict, picture=True)["foot"]
    assert foot.startswith(f"Assessment {verdict.assessment_id}, verdict {verdict.pk}, rules v1, by 李*; data as of 20")
    assert foot.endswith("(UTC+8)")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("零食 ¥3,577", "零食 ¥3,577"),
        ("𠮷野家", f"{GETA}野家"),
        ("🎉", GETA),
        ("1381234567", "1381234567"),
        ("a13812345678b", "a138********b"),
    ],
)
def test_what_is_printed(text, printed):
    assert printable(text) == printed


def test_a_name_is_its_first_character():
    assert (masked("王建国"), masked("")) == ("王*", "")


def test_what_a_person_typed_is_data_and_no_code(team, reader):
    pdf = pdf_of(given(team, reader, name='#panic("x") $x$ *b*'))
    assert pdf.startswith(b"%PDF")


def test_the_doors(team, reader, client, draft):
    verdict = given(team, reader)
    png = client.get(reverse("verdict-png", args=[verdict.assessment_id]))
    pdf = client.get(reverse("verdict-pdf", args=[verdict.assessment_id]))
    assert (png["Content-Type"], pdf["Content-Type"]) == ("image/png", "application/pdf")
    assert png["X-Robots-Tag"] == "noindex"
    page = client.get(reverse("verdict-report", args=[verdict.assessment_id])).content.decode()
    assert 'width="1080"' in page and "noindex" in page
    assert client.get(reverse("verdict-png", args=[draft.pk])).status_code == 404


def test_how_long_a_picture_takes(team, reader, capsys):
    """A figure to read (python3 manage.py test -s), not a bound: machines differ."""
    verdict = given(team, reader)
    began = perf_counter()
    png_of(verdict)
    with capsys.disabled():
        print(f"\na picture of a verdict: {perf_counter() - began:.2f} s (less than 4 wanted)")  # noqa: T201
