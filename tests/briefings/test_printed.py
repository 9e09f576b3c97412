import re
from collections import defaultdict
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tests.briefings.city import november
from tici.briefings import fonts
from tici.briefings.circular.content import Circular, Paragraph, Section, head_points, signature_indents
from tici.briefings.circular.printed import WrongFace, chart_png, check_faces, faces_in, pdf, svg_pages
from tici.briefings.circular.titles import title_lines
from tici.briefings.sentences import draft_circular

LINE = re.compile(r'<g transform="matrix\(1 0 0 -1 ([\d.]+) ([\d.]+)\)">(.*?)</g>', re.DOTALL)
POINTS_IN_MM = 72 / 25.4


def circular(**more) -> Circular:
    facts = {"office": "示例市工业和信息化局", "to": "各县（市、区）人民政府：", "on": date(2021, 12, 3)}
    return draft_circular(november(), **facts, number="示工信字〔2021〕118号", **more)


def of_one_sign(lines: int) -> Circular:
    """A circular of nothing but one character, so that every square of the grid is filled."""
    body = Paragraph(("国" * (28 * lines - 2),))
    return Circular(
        title="国", to="国", opening=("国",), sections=(Section("国", (body,)),), tables=(), chart=None,
        office="国", on=date(2021, 12, 3),
    )  # fmt: skip


def lines_of(page: bytes) -> list[tuple[float, float, list[float]]]:
    """The lines of the text on a page, from the top: baseline, left edge and the place of each character."""
    lines: dict[float, list[float]] = defaultdict(list)
    for left, base, signs in LINE.findall(page.decode()):
        lines[float(base)] += [float(left) + float(x) for x in re.findall(r'<use [^>]*?x="([-\d.]+)"', signs)]
    foot = (297 - 35) * POINTS_IN_MM
    return [(base, min(at), sorted(at)) for base, at in sorted(lines.items()) if base < foot]


def test_a_page_holds_22_lines_of_28_characters(faces):
    pages = svg_pages(of_one_sign(22 * 3), faces)

    for page in pages[1:3]:
        assert [len(signs) for _base, _left, signs in lines_of(page)] == [28] * 22


def test_the_text_fills_156_by_225_mm_from_28_and_37_mm(faces):
    lines = lines_of(svg_pages(of_one_sign(22 * 3), faces)[1])

    first, last = lines[0], lines[-1]
    left, right = first[1] / POINTS_IN_MM, (first[2][-1] + 16) / POINTS_IN_MM
    top, bottom = (first[0] - 16 * 0.88) / POINTS_IN_MM, (last[0] + 16 * 0.12) / POINTS_IN_MM
    assert (left, right) == pytest.approx((28, 28 + 156), abs=0.1)
    assert (top, bottom) == pytest.approx((37, 37 + 225), abs=0.1)


def test_22_lines_are_spread_over_the_page_and_characters_narrowed_by_a_fifth_of_a_point(faces):
    lines = lines_of(svg_pages(of_one_sign(22 * 3), faces)[1])

    pitches = {round(below[0] - above[0], 1) for above, below in pairwise(lines)}
    signs = lines[0][2]
    steps = {round(right - left, 1) for left, right in pairwise(signs)}
    assert (pitches, steps) == ({29.6}, {15.8})


def test_a_circular_is_set_in_the_official_faces_and_nothing_else(faces):
    content = pdf(circular(), faces)

    found = faces_in(content)

    assert all(name.startswith(("Fandol", "LXGWWenKai", "NotoSerifSC")) for name in found)
    assert all(any(face.startswith(wanted) for face in found) for wanted in faces.wanted)


def test_names_that_fandol_lacks_are_set_in_the_face_that_has_them(faces):
    content = pdf(replace(circular(), to="喆玥堃昇頔同志："), faces)

    assert any(face.startswith(("LXGWWenKai", "NotoSerifSC")) for face in faces_in(content))


def test_a_pdf_without_the_wanted_faces_is_refused(faces):
    content = pdf(circular(), faces)
    other = replace(faces, body=fonts.COMMON if faces.body == fonts.BODY else fonts.BODY)

    with pytest.raises(WrongFace, match="The PDF lacks"):
        check_faces(content, other)


def test_the_same_circular_gives_the_same_bytes(faces):
    assert pdf(circular(), faces) == pdf(circular(), faces)


def test_text_of_people_is_never_read_as_markup(faces):
    hostile = "#panic()*_$x$`@a<b>[c]//"

    content = pdf(replace(circular(), title=f"关于{hostile}的通报", office=hostile), faces)

    assert content.startswith(b"%PDF")


def test_figures_open_in_the_pdf_only_where_they_have_an_address(faces):
    linked = pdf(circular(link=lambda code, place, month: f"https://tici.example/{code}"), faces)

    assert b"tici.example/returns.done" in linked
    assert b"tici.example" not in pdf(circular(), faces)


def test_the_chart_alone_is_a_picture_of_full_width(faces):
    picture = chart_png(circular().chart, faces)

    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(picture[16:20], "big") == pytest.approx(160 / 25.4 * 220, abs=2)


def test_without_any_face_the_reader_is_told_how_to_get_them(tmp_path: Path):
    with pytest.raises(fonts.NoFaces, match=r"python -m tici\.briefings\.fonts --into"):
        fonts.faces(tmp_path)


def test_fetching_again_does_nothing(faces):
    assert fonts.fetch(faces.folder) == f"Fonts are in {faces.folder} ({faces.body})."


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于2021年11月全市项目建设调度情况的通报", ["关于2021年11月全市", "项目建设调度情况的通报"]),
        ("关于项目调度的通报", ["关于项目调度的通报"]),
        ("甲\n乙", ["甲", "乙"]),
    ],
)
def test_a_title_is_broken_between_words(title, lines):
    assert title_lines(title) == lines


def test_the_date_stands_four_characters_in_and_the_office_centred_over_it():
    # 10 characters over 7: one and a half to each side.
    assert signature_indents("示例市工业和信息化局", date(2021, 12, 3)) == (2.25, 4.0)


@pytest.mark.parametrize(
    ("head", "points"), [("示例市工信局文件", 36.0), ("示例市工业和信息化局文件", 34.8), ("", 36.0)]
)
def test_a_long_red_head_is_made_smaller_to_fit_one_line(head, points):
    assert head_points(head) == points
