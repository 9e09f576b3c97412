"""Changes as people declare them, as the engine takes them, and their cards in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tici.buslines.models import ChangeKind, Scenario, ScenarioState
from tici.core.refusals import Refusal
from tici.engines.lines import scenarios as engine
from tici.engines.lines.results import BREACHES

HOWS = ("asked", "repair", "replan")
WAYS = ("morning", "afternoon")
MOST_MINUTES = 120
#: What each kind of change says, and nothing else.
WANTED: Mapping[str, tuple[str, ...]] = {
    ChangeKind.ADD_STOP: ("line", "direction", "stop"),
    ChangeKind.MOVE_STOP: ("direction", "stop", "to"),
    ChangeKind.REMOVE_STOP: ("direction", "stop"),
    ChangeKind.RETIME: ("line", "direction", "minutes"),
    ChangeKind.ADD_TRIP: ("line", "direction", "minutes"),
    ChangeKind.EXTEND: ("line", "direction", "stop"),
    ChangeKind.REORDER: ("line", "direction", "stops"),
    ChangeKind.REDRAW: ("line", "direction", "stops"),
    ChangeKind.OPEN_LINE: (),
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


FITS: Mapping[str, Callable[[Any], bool]] = {
    "line": lambda value: _is_number(value) and value > 0,
    "direction": lambda value: value in {*WAYS, "both"},
    "stop": _is_code,
    "to": _is_code,
    "minutes": lambda value: _is_number(value) and abs(value) <= MOST_MINUTES,
    "stops": lambda value: isinstance(value, list) and bool(value) and all(map(_is_code, value)),
}


def against_declaring(kind: str, change: Mapping[str, Any]) -> list[Refusal]:
    """Why a change cannot be declared: all that is missing, odd, or not understood."""
    if kind not in WANTED:
        return [Refusal("scenario.kind", _("没有“%(kind)s”这种变更。请从列出的变更中选。") % {"kind": kind}, "kind")]
    labels = {
        "line": _("专线"), "direction": _("方向"), "stop": _("站点"), "to": _("迁到的站点"), "minutes": _("分钟"),
        "stops": _("站点顺序"),
    }  # fmt: skip
    found = []
    for name in WANTED[kind]:
        if change.get(name) in (None, "", []):
            words = _("没有写%(field)s。请补填后再提交。") % {"field": labels[name]}
            found.append(Refusal(f"scenario.no_{name}", words, name))
        elif not FITS[name](change[name]):
            said = {"field": labels[name], "value": change[name]}
            words = _("%(field)s写作“%(value)s”，读不出来。请重新填写。") % said
            found.append(Refusal(f"scenario.bad_{name}", words, name))
    for name in sorted(set(change) - set(WANTED[kind])):
        words = _("“%(kind)s”不用写“%(field)s”。请删去。") % {"kind": ChangeKind(kind).label, "field": name}
        found.append(Refusal("scenario.strange", words))
    if not found and kind == ChangeKind.RETIME and change["minutes"] == 0:
        found.append(Refusal("scenario.no_minutes", _("没有写提前或推后几分钟。提前的写负数。"), "minutes"))
    return found


def against_deciding(scenario: Scenario, reason: str, *, accepts: bool) -> list[Refusal]:
    """Why a scenario cannot be decided so."""
    if scenario.state != ScenarioState.WAITING:
        return [Refusal("scenario.decided", _("这个方案已有决定。需要改变时请另提一个。"))]
    if not accepts and not reason.strip():
        return [Refusal("scenario.no_reason", _("不采纳须写明理由，会写进给市民的答复。"), "reason")]
    return []


def ways_of(change: Mapping[str, Any]) -> tuple[str, ...]:
    """The directions a change speaks of."""
    said = change.get("direction", "both")
    return WAYS if said == "both" else (said,)


class Gone(ValueError):
    """A change speaks of a line or a stop that the plan does not have."""


@dataclass(frozen=True)
class Drawn:
    """A direction of a plan as a change is read against it.

    ``routes`` are the positions of the named line's trips, ``stops`` gives a stop's position by its code, ``drawn``
    and ``vehicles`` what each route is, ``shifts`` the seconds by which trips are moved already.
    """

    routes: Sequence[int]
    stops: Mapping[str, int]
    drawn: Sequence[Sequence[int]]
    vehicles: Sequence[str]
    shifts: Mapping[int, int]

    def at(self, code: str) -> int:
        """The position of a stop.

        Raises:
            Gone: There is none of this code.
        """
        if code not in self.stops:
            raise Gone(code)
        return self.stops[code]


def change_of(kind: str, change: Mapping[str, Any], way: str, plan: Drawn) -> engine.Change:
    """The change of one direction as the engine takes it.

    Raises:
        Gone: It speaks of a line or stop that is not there.
    """
    if kind == ChangeKind.MOVE_STOP:
        return engine.MoveStop(plan.at(change["stop"]), plan.at(change["to"]))
    if kind == ChangeKind.REMOVE_STOP:
        return engine.RemoveStop(plan.at(change["stop"]))
    if not plan.routes:
        raise Gone(_("专%(number)s") % {"number": change["line"]})
    return _change_of_line(kind, change, way, plan, plan.routes[0])


def _change_of_line(kind: str, change: Mapping[str, Any], way: str, plan: Drawn, first: int) -> engine.Change:
    """A change that names its line; the afternoon of both ways is driven in the other order."""
    match kind:
        case ChangeKind.ADD_STOP:
            return engine.AddStop(plan.at(change["stop"]), first)
        case ChangeKind.EXTEND:
            return engine.ExtendLine(first, (plan.at(change["stop"]),))
        case ChangeKind.RETIME:
            return engine.RetimeTrip(first, change["minutes"] + plan.shifts.get(first, 0) / 60)
        case ChangeKind.ADD_TRIP:
            return engine.AddTrip(tuple(plan.drawn[first]), plan.vehicles[first])
    order = tuple(plan.at(code) for code in change["stops"])
    if change["direction"] == "both" and way == "afternoon":
        order = order[::-1]
    return engine.Reorder(first, order) if kind == ChangeKind.REORDER else engine.Redraw(first, order)


def carried(
    shifts: Mapping[int, int], before: Sequence[Sequence[int]], after: Sequence[Sequence[int]]
) -> dict[int, int]:
    """Shifts of trips handed on to the trips of another plan: each to the one that shares most stops with it."""
    found: dict[int, int] = {}
    for at, seconds in shifts.items():
        free = [new for new in range(len(after)) if new not in found and set(after[new]) & set(before[at])]
        if free and seconds:
            best = max(free, key=lambda new: (len(set(after[new]) & set(before[at])), -abs(new - at)))
            found[best] = seconds
    return found


def words_of(card: Mapping[str, Any]) -> str:
    """A card in one line, the most telling first."""
    said = []
    if card["gained"]:
        said.append(_("新增%(count)s名学生有座") % {"count": card["gained"]})
    if card["lost"]:
        said.append(_("%(count)s名学生失去座位") % {"count": card["lost"]})
    if card["longer"]:
        said.append(_("%(count)s人路上变长") % {"count": card["longer"]})
    if card["shorter"]:
        said.append(_("%(count)s人路上变短") % {"count": card["shorter"]})
    if card["moved"]:
        said.append(_("%(count)s人的时刻改变") % {"count": card["moved"]})
    if vehicles := round(card["after"]["vehicles"] - card["before"]["vehicles"]):
        said.append(_("车辆%(count)+d") % {"count": vehicles})
    if card["broken"]:
        said.append(_("突破限值"))
    return _("，").join(said) or _("没有人受影响")


def breach_sentences(card: Mapping[str, Any]) -> list[str]:
    """The limits a card breaks, in words; each once, though both directions break it."""
    return list(dict.fromkeys(str(_(BREACHES[one["code"]]) % one["params"]) for one in card.get("broken", ())))


def spread(minutes: Sequence[Sequence[float]]) -> list[tuple[str, int]]:
    """How many pupils' rides change by how much, in five bands."""
    bands = [
        (_("缩短5分钟以上"), -1e9, -5.5), (_("缩短1—5分钟"), -5.5, -0.5), (_("基本不变"), -0.5, 0.5),
        (_("延长1—5分钟"), 0.5, 5.5), (_("延长5分钟以上"), 5.5, 1e9),
    ]  # fmt: skip
    return [(label, sum(int(count) for change, count in minutes if low <= change < high)) for label, low, high in bands]


def rank(card: Mapping[str, Any], opinions: int) -> tuple[Any, ...]:
    """Where a scenario stands among others: what can be done as asked first, then what most opinions ask for.

    Among those equally asked for, who gains and loses seats decides, then how many others ride longer.
    """
    return (bool(card.get("broken")), -opinions, card.get("lost", 0) - card.get("gained", 0), card.get("longer", 0))
