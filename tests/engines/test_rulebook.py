from datetime import date

import pytest

from tici.engines import rulebook
from tici.engines.rulebook import BadRule, NoRule, load

LINE = """
source = "国家统计局 固定资产投资统计报表制度"

[[version]]
from = 1997-01-01
line_wan = 50

[[version]]
from = 2011-01-01
line_wan = 500
"""


@pytest.fixture
def city(tmp_path, monkeypatch):
    monkeypatch.setenv("TICI_RULEBOOK", str(tmp_path))

    def write(name, text):
        path = tmp_path / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return write


@pytest.mark.parametrize(("on", "line"), [(date(2010, 12, 31), 50), (date(2011, 1, 1), 500), (None, 500)])
def test_a_rule_is_taken_as_it_stood_on_the_day(city, on, line):
    city("projects/line", LINE)

    assert load("projects/line", on)["line_wan"] == line


def test_a_rule_says_which_of_which_date_and_source_it_is(city):
    city("projects/line", LINE)

    rule = load("projects/line", date(2021, 11, 30))

    assert (rule.name, rule.since, rule.source) == (
        "projects/line",
        date(2011, 1, 1),
        "国家统计局 固定资产投资统计报表制度",
    )


def test_before_the_first_version_no_rule_was_in_force(city):
    city("projects/line", LINE)

    with pytest.raises(NoRule, match="1997-01-01"):
        load("projects/line", date(1996, 12, 31))


def test_a_citys_file_takes_the_place_of_the_shipped_one(city, tmp_path, monkeypatch):
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "colours.toml").write_text('source = "本系统"\nred_days = 90\nyellow_days = 30\n', encoding="utf-8")
    monkeypatch.setattr(rulebook, "SHIPPED", shipped)
    before = load("colours").content

    city("colours", 'source = "市工信局通知"\nred_days = 60\n')

    assert (dict(before), dict(load("colours").content)) == ({"red_days": 90, "yellow_days": 30}, {"red_days": 60})


def test_a_changed_file_is_read_again(city, tmp_path):
    city("a", 'source = "甲"\nn = 1\n')
    load("a")

    city("a", 'source = "甲"\nn = 20\n')

    assert load("a")["n"] == 20


@pytest.mark.parametrize("name", ["none", "../settings", "/etc/passwd", "a//b", ""])
def test_a_name_outside_the_rulebook_finds_nothing(city, name):
    with pytest.raises(NoRule):
        load(name)


@pytest.mark.parametrize(
    "text",
    [
        "n = 1\n",
        "source = \n",
        'source = "甲"\n[[version]]\nn = 1\n',
        'source = "甲"\nn = 1\n[[version]]\nfrom = 2020-01-01\n',
    ],
)
def test_a_rule_without_source_or_dates_is_refused(city, text):
    city("bad", text)

    with pytest.raises(BadRule):
        load("bad")


def test_every_shipped_rule_can_be_read():
    assert [load(name).source for name in rulebook.names()] == [
        rule.source for rule in map(load, rulebook.names()) if rule.source
    ]
