"""Every text has its English, with the same placeholders, and an English page speaks English."""

from __future__ import annotations

import re
from datetime import date

import polib
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from tests import make
from tests.desk import dropping
from tests.make import NOVEMBER, NOW
from tici.accounts.models import Role
from tici.config import messages
from tici.config.messages import Text
from tici.desk.queries.columns import columns_of
from tici.duties.models import Duty
from tici.engines import rulebook
from tici.places.models import Post
from tici.projects.models import Category, Project, Stage
from tici.returns.actions import relight
from tici.returns.models import Filing, FilingState, Finding, FormVersion, Indicator, Severity

TEXTS = messages.texts()
ROOMS = sorted(TEXTS)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|<[^>]+>")
HAN = re.compile(r"[\u3400-\u9fff]+")
FULL_WIDTH = re.compile(r"[，。；：？！（）]")
#: Words that stay as they are: the other language's own name, and what goes into a Chinese document as it stands.
KEPT = {
    "中文",
    "%(place)s重点项目建设领导小组办公室",
    "各县（市、区）人民政府，高新区、循环化工园区管委会",
}


def entries(room: str) -> dict[Text, polib.POEntry]:
    found = {}
    for entry in polib.pofile(str(messages.path_of(room))):
        forms = (entry.msgid, entry.msgid_plural) if entry.msgid_plural else (entry.msgid,)
        found[Text(forms, entry.msgctxt or "")] = entry
    return found


def english(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("room", ROOMS)
def test_a_catalogue_holds_every_text_of_its_room_and_no_other(room):
    """Bring them up to date with ``python -m tici.config.messages``."""
    assert set(entries(room)) == set(TEXTS[room])


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_is_translated(room):
    found = entries(room)

    assert [text.forms[0] for text, entry in found.items() if "fuzzy" in entry.flags or not all(english(entry))] == []
    assert [text.forms[0] for text, entry in found.items() if len(english(entry)) != len(text.forms)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_english_keeps_the_placeholders(room):
    found = [(text, one) for text, entry in entries(room).items() for one in english(entry)]

    assert [
        (text.forms[0], one)
        for text, one in found
        if set(PLACEHOLDER.findall(text.forms[0])) != set(PLACEHOLDER.findall(one))
    ] == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_english_is_english(room):
    """Chinese stands in it only where a term of the Chinese text is quoted, and never Chinese punctuation."""
    found = [(text, one) for text, entry in entries(room).items() for one in english(entry)]
    found = [(text, one) for text, one in found if text.forms[0] not in KEPT]

    assert [one for text, one in found if one == text.forms[0] and HAN.search(one)] == []
    assert [one for text, one in found if any(term not in text.forms[0] for term in HAN.findall(one))] == []
    assert [one for _text, one in found if FULL_WIDTH.search(HAN.sub("", one))] == []
    assert [one for _text, one in found if "  " in one or "!" in one] == []


def test_a_text_has_the_same_english_in_every_room():
    """Django puts all catalogues into one, so of two translations only one would be seen."""
    by_text: dict[Text, set[str]] = {}
    for room in ROOMS:
        for text, entry in entries(room).items():
            by_text.setdefault(text, set()).add(" | ".join(english(entry)))

    assert {text.forms[0]: words for text, words in by_text.items() if len(words) > 1} == {}


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('{% load i18n %}{% translate "项目" %}{% translate "无" as none %}', [Text(("项目",)), Text(("无",))]),
        (
            '{% load i18n %}{% include "a.html" with label=_("全部") %}{{ x|default:_("无") }}',
            [Text(("全部",)), Text(("无",))],
        ),
        (
            "{% load i18n %}{% blocktranslate with n=x %}共 {{ n }} 个{% endblocktranslate %}",
            [Text(("共 %(n)s 个",))],
        ),
        (
            "{% load i18n %}{% blocktranslate count n=x %}{{ n }}天{% plural %}{{ n }}天{% endblocktranslate %}",
            [Text(("%(n)s天", "%(n)s天"))],
        ),
        ('{% load i18n %}{% translate "未接收" context "part of a line" %}', [Text(("未接收",), "part of a line")]),
        ("{% comment %}{% translate '不用' %}{% endcomment %}<p>不译</p>", []),
    ],
)
def test_texts_of_templates_are_gathered(template, found):
    assert list(messages.in_template(template)) == found


def test_texts_of_code_are_gathered_where_they_are_written_out():
    source = (
        'a = _("甲" "乙"); b = ngettext("一", "多", n); c = pgettext("某处", "丙"); d = _(kept); e = gettext_lazy("丁")'
    )

    assert list(messages.in_code(source)) == [
        Text(("甲乙",)),
        Text(("一", "多")),
        Text(("丙",), "某处"),
        Text(("丁",)),
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_a_catalogue_is_brought_up_to_date_without_losing_its_english(room):
    path = messages.path_of(room)
    merged = {
        (message.context or "", message.id): message.string
        for message in messages.merged(TEXTS[room], path)
        if message.id
    }

    assert all(merged.values())
    assert messages.merged({Text(("没有译过的新句子",)): "here.py"}, path).get("没有译过的新句子").string == ""


def test_what_came_with_the_product_is_named_in_the_readers_language_and_a_citys_own_as_typed():
    shipped, own = Indicator(label="工业总产值", unit="万元"), Indicator(label="本市自设指标", unit="吨")

    with translation.override("en"):
        names = [one.name for one in (shipped, own)]
        form = str(FormVersion(name="规上工业企业月报"))

    assert names == ["Gross industrial output", "本市自设指标"]
    assert (form, str(shipped)) == ("Monthly report of industrial firms", "工业总产值")


# Pages


@pytest.mark.parametrize("room", ROOMS)
def test_what_django_reads_is_the_catalogue(room):
    """``./test`` compiles the catalogues, and so does ``python -m tici.config.messages``."""
    compiled = polib.mofile(str(messages.path_of(room).with_suffix(".mo")))

    found = {
        Text((one.msgid, one.msgid_plural) if one.msgid_plural else (one.msgid,), one.msgctxt or "") for one in compiled
    }
    assert found == set(entries(room))
    assert {one.msgid: english(one) for one in compiled} == {one.msgid: english(one) for one in entries(room).values()}


#: Terms that the English itself quotes, and where the rule of the lights is written down.
QUOTED = {
    term for room in ROOMS for entry in entries(room).values() for one in english(entry) for term in HAN.findall(one)
}
SOURCES = set(HAN.findall(rulebook.load("returns/lights").source))


def chinese_in(html: str) -> list[str]:
    """The Chinese that a page shows of its own."""
    return [words for words in HAN.findall(html) if words not in QUOTED | SOURCES]


@pytest.fixture
def in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with translation.override(settings.LANGUAGE_CODE):  # a request leaves its language behind
        yield client


@pytest.fixture
def city():
    """A city whose own words are English, with something on every page."""
    city = make.place("Testing City", kind="city")
    county = make.place("First County", within=city)
    project = make.project(place=county, name="A mill", stage=Stage.STARTED, started_on=date(2021, 3, 1))
    make.project_year(project=project, category=Category.TO_START, plan_wan=6000)
    post = make.post(place=county, title="Deputy head")
    make.duty(project=project, post=post, from_date=date(2021, 3, 1))
    filing = make.filing(place=county, state=FilingState.FILED, first_filed_at=NOW, last_filed_at=NOW)
    reporter = make.person(place=county, role=Role.COUNTY_REPORTER, display_name="Reporter")
    entry = make.entry(vintage=make.vintage(filing=filing, by=reporter), project=project, done_ytd_wan=700)
    Finding.objects.create(
        entry=entry, check_code="ytd_negative", field="done_ytd_wan", severity=Severity.ASK, facts={"left": "-1"}
    )
    make.filing(place=make.place("Second County", within=city))
    relight(NOVEMBER, by=reporter, at=NOW)
    return city


@pytest.mark.django_db
def test_signing_in_is_possible_in_english(in_english):
    answer = in_english.get("/sign-in/")

    assert answer.headers["Content-Language"] == "en"
    assert chinese_in(answer.content.decode()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "accounts:me",
        "accounts:password",
        "briefings:briefings",
        "desk:city",
        "desk:drops",
        "desk:jobs",
        "desk:project",
        "desk:search",
        "desk:today",
        "duties:coverage",
        "duties:post",
        "duties:posts",
        "duties:register",
        "duties:visit",
        "projects:approvals",
        "projects:board",
        "projects:cancel",
        "projects:edit",
        "projects:move",
        "projects:new",
        "projects:register",
        "returns:entries",
        "returns:filing",
        "returns:lights",
        "returns:month",
        "returns:sheet",
        "targets:new",
        "targets:published",
        "targets:targets",
    ],
)
def test_an_english_page_speaks_english(in_english, city, name):
    first = {
        "desk:project": Project,
        "duties:post": Post,
        "duties:visit": Duty,
        "projects:approvals": Project,
        "projects:cancel": Project,
        "projects:edit": Project,
        "projects:move": Project,
        "returns:filing": Filing,
        "returns:sheet": Filing,
    }
    arguments = [first[name].objects.order_by("pk").first().pk] if name in first else []
    in_english.force_login(make.person(place=city, role=Role.DISPATCHER, display_name="Dispatcher"))

    answer = in_english.get(reverse(name, args=arguments))

    assert answer.status_code == 200
    assert chinese_in(answer.content.decode()) == []


@pytest.mark.django_db
def test_the_meaning_of_columns_is_asked_in_english(in_english):
    """Beside the head and the samples, which are those of the workbook."""
    dropping.a_city()
    reporter = dropping.reporter()
    head = ["序号", "项目名称", "项目业主单位", "开工时间", "完成投资", "说明一下"]
    rows = [[n, f"示例项目{n}", f"示例企业{n}(医药)", "2021年3月", 10 * n, f"甲{n}"] for n in range(1, 6)]
    file = dropping.drop(dropping.workbook(rows, head=head), by=reporter)
    in_english.force_login(reporter)

    answer = in_english.get(reverse("desk:file_columns", args=[file.pk]))

    own = {column.header for column in columns_of(file)} | {
        one for column in columns_of(file) for one in column.samples
    }
    shown = answer.content.decode()
    assert {column.doubt[-1] for column in columns_of(file) if column.is_asked} == {"."}
    assert [term for term in chinese_in(shown) if not any(term in one for one in own) and term not in file.name] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "name"),
    [
        (Role.SYSTEM_ADMIN, "accounts:people"),
        (Role.SYSTEM_ADMIN, "accounts:person_new"),
        (Role.SYSTEM_ADMIN, "desk:places"),
        (Role.SYSTEM_ADMIN, "desk:places_import"),
        (Role.SECURITY_ADMIN, "accounts:people"),
        (Role.AUDIT_ADMIN, "desk:records"),
    ],
)
def test_an_administrators_page_speaks_english(in_english, city, role, name):
    in_english.force_login(make.person(place=None, role=role, display_name="Administrator"))

    answer = in_english.get(reverse(name))

    assert answer.status_code == 200
    assert chinese_in(answer.content.decode()) == []
