"""The lines of a dropped file as a register: narrowed, sorted, paged, and taken away as they are seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, DecimalField, F, Func, OuterRef, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from tici.core.registers import Column, Filter, Kind, Register, by_choices
from tici.desk.models import DroppedFile, FileSubject, Part, Proposal, ProposalState, Taken
from tici.desk.queries import proposals as shown

#: What stands within another cell on the page, and in a column of its own in what is taken away.
WITHIN = frozenset({"code", "place__short_name", "parts"})


@dataclass(frozen=True)
class Said(Column):
    """A column of what is kept as JSON, in words."""

    say: Callable[[Any], str] = str

    def shown(self, value: Any) -> Any:
        return self.say(value)


class Number(Func):
    """A number that JSON keeps as text, whatever its size."""

    template = "(%(expressions)s)::numeric"
    output_field = DecimalField()


def register_of(file: DroppedFile) -> Register:
    """How the lines of a file are listed."""
    is_firms = file.subject == FileSubject.ENTERPRISES
    name = _("企业名称") if is_firms else _("项目名称")
    return Register(
        name="dropped_lines",
        title=_("投递文件逐行对照"),
        columns=(
            Column("name", _("企业") if is_firms else _("项目")),
            Column("code", _("统一社会信用代码") if is_firms else _("项目代码"), Kind.CODE),
            Column("place__short_name", _("地区"), sort="place__position"),
            Column("state", _("结果"), choices=ProposalState.choices, sort="state_at"),
            Said("parts", _("已收"), is_sortable=False, say=_parts),
            *(_glance(file, at, fact) for at, fact in enumerate(shown.glance_of(file))),
            Said("words", _("其他变动与问题"), is_sortable=False, say=lambda kept: shown.words_of(file, **kept)),
            Said("sources", _("来源"), sort="position", say=lambda kept: shown.sources_of(file, kept)),
        ),
        filters=(
            by_choices("state", _("结果"), ProposalState),
            Filter("q", name, lambda request: (), lambda rows, words: rows.filter(name__contains=words.strip())),
        ),
        is_searchable=False,
        order="position",
        page_size=50,
    )


def rows_of(file: DroppedFile) -> QuerySet[Proposal]:
    """The lines of a file with what its register sorts by and says."""
    order = Case(
        *(When(state=state, then=Value(at)) for at, state in enumerate(shown.TABS)), default=Value(len(shown.TABS))
    )
    glance = {f"glance_{at}": _value(fact) for at, fact in enumerate(shown.glance_of(file))}
    taken = Taken.objects.filter(proposal=OuterRef("pk")).order_by("part").values("part")
    words = JSONObject(differences=F("differences"), facts=F("facts"), problems=F("problems"))
    return file.proposals.annotate(state_at=order, words=words, parts=ArraySubquery(taken), **glance)


def _glance(file: DroppedFile, at: int, fact: str) -> Column:
    """A fact that stands in a column of its own."""
    field, label = f"glance_{at}", shown.label_of(file, fact)
    if fact == "industry":
        return Said(field, label, say=lambda kept: shown.said_of(file, fact, kept))
    return Column(field, label, Kind.COUNT if fact.endswith("people") else Kind.WAN)


def _value(fact: str) -> Any:
    kept = KeyTextTransform(fact, "figures" if fact in shown.FIGURES else "facts")
    return kept if fact == "industry" else Number(kept)


def _parts(taken: list[str]) -> str:
    labels = dict(Part.choices)
    return _("、").join(str(labels[part]) for part in taken)
