"""Printed letters and reply forms, worn as scanners, faxes and telephones wear them, are read."""

from __future__ import annotations

import random

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from tici.engines.opinions import ocr, pages, rendering, reply_form
from tici.engines.opinions.reply_form import Choice, FormSpec, Question
from tici.engines.opinions.unreadable import Unreadable

LETTER = "建议天苑小学专1早上7:15发车，下午16:50增加一班。谈固东街与跃进路口应当设站，现在要步行1200米。"
FORM = FormSpec(
    notice="XL2021", form="A", title="征求意见反馈表",
    questions=(
        Question("q1", "您主要想说哪个方面？", tuple(Choice(f"q1-{at}", at) for at in ("时间", "站点", "班次"))),
        Question("q2", "您的孩子在试行学校吗？", (Choice("q2-1", "是"), Choice("q2-2", "否"))),
        Question("q3", "您的意见", lines=4),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def face():
    try:
        return rendering.find_face()
    except rendering.NoFace as lacking:
        pytest.skip(str(lacking))


def plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


@pytest.mark.parametrize(("channel", "most"), [("scan", 0.005), ("fax", 0.01), ("fax-standard", 0.03)])
def test_a_printed_letter_is_read(face, channel, most):
    """The bars over many pages are in bench/reading; here one page each."""
    sent = rendering.as_sent(rendering.letter(LETTER, face), channel, seed=5)
    document = pages.open_document(sent, "letter.tif" if "fax" in channel else "letter.pdf")

    read = ocr.read_page(document.pages[0])

    text = ocr.joined(read.lines)
    assert Levenshtein.distance(plain(text), plain(LETTER)) <= most * len(plain(LETTER))
    for number in ("7:15", "16:50", "1200"):
        assert number in text.replace("：", ":")


def test_a_page_on_its_head_is_turned(face):
    (sheet,) = rendering.letter(LETTER, face)
    read = ocr.read_page(pages.PageImage(1, np.ascontiguousarray(sheet[::-1, ::-1]), 200))
    assert read.rotation == 180
    assert "16:50" in ocr.joined(read.lines).replace("：", ":")


def test_an_empty_page_says_nothing():
    assert ocr.read_page(pages.PageImage(1, np.full((2339, 1654), 255, np.uint8), 200)).lines == ()


@pytest.mark.parametrize("channel", ["scan", "fax", "fax-standard", "photo"])
def test_a_form_comes_back_with_the_ticks_that_were_made(face, channel):
    geometry = reply_form.draw(FORM)
    draw = random.Random(channel)
    page = geometry.pages[0]
    ticked = {box.code for box in page.boxes if draw.random() < 0.5}
    sheet = rendering.form_sheet(page, face)
    for box in page.boxes:
        if box.code in ticked:
            sheet = rendering.tick(sheet, box, draw.choice(["tick", "cross", "fill"]), draw.randrange(99))
    sent = rendering.as_sent([sheet], channel, seed=3)
    name = {"photo": "form.jpg", "scan": "form.pdf"}.get(channel, "form.tif")

    found = reply_form.read_form(pages.open_document(sent, name).pages[0], [geometry])

    assert found is not None
    assert (found.notice, found.form, found.page) == ("XL2021", "A", 1)
    assert {code for code, is_ticked in found.ticks.items() if is_ticked} == ticked


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", b"II*\x00junk", b"PK\x03\x04"])
def test_a_broken_file_is_refused_with_a_sentence(content):
    with pytest.raises(Unreadable) as refused:
        pages.open_document(content, "来信.pdf")
    assert str(refused.value).endswith("。")
