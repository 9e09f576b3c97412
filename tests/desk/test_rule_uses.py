"""Where a rule is said to be used, it is: its name stands in that module, and the page is there."""

from pathlib import Path

import pytest
from django.urls import reverse

from tici.desk.queries import rule_uses
from tici.engines import rulebook

ROOT = Path(__file__).parents[2]
USES = [(rule, use) for rule, uses in rule_uses.USES.items() for use in uses]


@pytest.mark.parametrize(("rule", "use"), USES, ids=lambda one: one if isinstance(one, str) else one.module)
def test_a_rule_is_read_where_it_is_said_to_be(rule, use):
    text = (ROOT / use.module).read_text("utf-8")

    assert f'"{rule}"' in text or f'"{rule.rpartition("/")[0]}"' in text
    assert use.page == "" or reverse(use.page)


def test_every_rule_of_enterprises_says_where_it_is_used():
    shipped = {f"enterprises/{name}" for name in _names("enterprises")}

    assert shipped - rule_uses.USES.keys() == set()


def _names(folder: str) -> set[str]:
    base = rulebook.SHIPPED / folder
    return {path.relative_to(base).with_suffix("").as_posix() for path in base.rglob("*.toml")}
