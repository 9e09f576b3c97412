import io
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from tests.briefings.city import PLACES, november
from tici.briefings.circular.content import annexes, numbered_leads
from tici.briefings.circular.printed import chart_png
from tici.briefings.circular.word import docx_file
from tici.briefings.figures import plain
from tici.briefings.sentences import draft_circular

CIRCULAR = draft_circular(
    november(),
    office="示例市工业和信息化局",
    to="各县（市、区）人民政府：",
    on=date(2021, 12, 3),
    number="示工信字〔2021〕118号",
    link=lambda code, place, month: f"https://tici.example/{code}/{place}/{month}",
)


@pytest.fixture(scope="module")
def document():
    return docx.Document(io.BytesIO(docx_file(CIRCULAR, None)))


def face_of(run) -> str:
    return run._r.rPr.rFonts.get(qn("w:eastAsia"))


def test_the_page_is_a4_with_the_margins_of_the_standard(document):
    section = document.sections[0]

    edges = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(edge.mm) for edge in edges] == [210, 297, 37, 28]
    assert section.page_width - section.left_margin - section.right_margin == pytest.approx(Mm(156), abs=Mm(1))
    assert section._sectPr.find(qn("w:docGrid")) is None


def test_every_kind_of_text_names_the_face_that_offices_have(document):
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]

    faces = {run.text: face_of(run) for run in runs}
    assert faces["一、总体情况"] == "黑体"
    assert faces["（一）部分县（市、区）投资进度滞后。"] == "楷体_GB2312"
    assert faces["项目建设调度情况的通报"] == "方正小标宋简体"
    assert faces["各县（市、区）人民政府："] == "仿宋_GB2312"


def test_the_body_is_set_on_the_grid(document):
    paragraph = next(p for p in document.paragraphs if p.text.startswith("截至11月底，全市纳入调度项目"))

    indent, run = paragraph._p.pPr.ind, paragraph.runs[0]
    assert (indent.get(qn("w:firstLine")), indent.get(qn("w:firstLineChars"))) == ("632", "200")
    assert run._r.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-4"
    assert (run.font.size.pt, document.styles["Normal"].paragraph_format.line_spacing.pt) == (16, 28.95)


def test_the_text_is_the_text_of_the_circular(document):
    said = {paragraph.text for paragraph in document.paragraphs}

    expected = [p for section in CIRCULAR.sections for p in numbered_leads(section)]
    assert {paragraph.lead + plain(paragraph.text) for paragraph in expected} <= said
    assert {"示例市工业和信息化局", "2021年12月3日", "附件1", "附件2"} <= said


def test_the_tables_hold_what_the_circular_holds(document):
    counties, last = document.tables

    assert [row.cells[0].text for row in counties.rows][1:] == ["全市", *PLACES]
    assert {cell.text for cell in counties.rows[5].cells[1:]} == {"未报送"}
    assert [row.cells[4].text for row in last.rows][1:] == [row[4].shown for row in annexes(CIRCULAR)[-1].rows]
    assert [row.cells[0].text.split("\n")[0] for row in last.rows][1:] == [
        row[0].split("\n")[0] for row in annexes(CIRCULAR)[-1].rows
    ]


def test_the_chart_is_the_second_annex_where_its_picture_is_given(faces):
    document = docx.Document(io.BytesIO(docx_file(CIRCULAR, chart_png(CIRCULAR.chart, faces))))

    assert [p.text for p in document.paragraphs if p.text in ("附件1", "附件2", "附件3")] == ["附件1", "附件2", "附件3"]
    assert round(document.inline_shapes[0].width.mm) == 156


def test_figures_open(document):
    links = {link.text: link.address for paragraph in document.paragraphs for link in paragraph.hyperlinks}

    assert links["495.3亿元"] == "https://tici.example/returns.done_ytd/1301/2021-11"


def test_footers_carry_the_page_number_outside_and_the_warning_inside(document):
    section = document.sections[0]

    odd, even = section.footer.paragraphs[0].text, section.even_page_footer.paragraphs[0].text
    assert (odd, even) == (
        "部门调度数，不作为统计上报依据\t— 1 —　",
        "　— 1 —\t部门调度数，不作为统计上报依据",
    )


def test_the_red_head_is_printed_only_for_an_office_that_has_one(document):
    own = docx.Document(io.BytesIO(docx_file(replace(CIRCULAR, head="示例市工业和信息化局文件"), None)))

    head = next(run for paragraph in own.paragraphs for run in paragraph.runs)
    assert (head.text, str(head.font.color.rgb)) == ("示例市工业和信息化局文件", "FF0000")
    assert document.paragraphs[0].text == "示工信字〔2021〕118号"


def test_the_same_circular_gives_the_same_bytes():
    assert docx_file(CIRCULAR, None) == docx_file(CIRCULAR, None)
