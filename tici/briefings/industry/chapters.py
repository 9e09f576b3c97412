"""The chapters that say how the month went: the whole, industries, structure, counties, classes of firms, movers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tici.briefings.circular.content import Paragraph
from tici.briefings.figures import Figure, Text
from tici.briefings.industry.draft import IndustryDraft
from tici.briefings.industry.standing import County
from tici.briefings.panels import Mover, Part, of_size
from tici.briefings.sentences.wording import Part as Words
from tici.briefings.sentences.wording import direction, extremes, joined

INDICATORS = ("output", "revenue", "profit", "power")


def overall(draft: IndustryDraft) -> tuple[Paragraph, ...]:
    """Return 整体指标."""
    standing = draft.standing
    if not standing.filed:
        return (Paragraph(draft.say("overall", "none")),)
    told = [_indicator(draft, name) for name in INDICATORS if name in standing.whole]
    first = draft.say("overall", "first")
    sentences = joined((*first, *(run for at, text in enumerate(told) for run in ((*(("；",) if at else ()), *text)))))
    return (
        Paragraph(_filed(draft)),
        Paragraph(joined((*sentences, "。"))),
        *((Paragraph(_profitable(draft)),) if standing.margin is not None else ()),
        *((Paragraph(_noted(draft)),) if standing.unpaired or standing.doubtful else ()),
    )


def _filed(draft: IndustryDraft) -> Text:
    due, filed = draft.standing.due, draft.standing.filed
    counted = draft.figure("due_firms", due)
    if filed >= due:
        return draft.say("overall", "filed_all", due=counted)
    return draft.say(
        "overall",
        "filed",
        due=counted,
        filed=draft.figure("filed_firms", filed),
        missing=draft.figure("missing_firms", due - filed),
    )


def _indicator(draft: IndustryDraft, name: str) -> Text:
    part = draft.standing.whole[name]
    total = draft.figure(name, part.total or 0, units=part.units)
    words = draft.rule["indicator"][name]
    if part.rate is None:
        return draft.say("overall", "unknown", name=words, total=total)
    rate = draft.figure(f"{name}_growth", part.rate, units=part.pairs)
    return draft.say("overall", direction(part.rate), name=words, total=total, rate=rate)


def _profitable(draft: IndustryDraft) -> Text:
    standing = draft.standing
    margin = draft.figure("margin", standing.margin or 0, units=standing.margin_units)
    if standing.margin_change is None:
        text = draft.say("overall", "margin", margin=margin)
    else:
        change = draft.figure("margin_change", standing.margin_change, units=standing.margin_units)
        text = draft.say("overall", f"margin_{direction(standing.margin_change)}", margin=margin, change=change)
    if not standing.losing:
        return joined(text + draft.say("overall", "no_losing"))
    return joined(text + draft.say("overall", "losing", **losing(draft)))


def losing(draft: IndustryDraft) -> dict[str, Words]:
    """Return the losing firms and their share of those that report a profit."""
    standing = draft.standing
    return {
        "losing": draft.figure("losing", standing.losing, units=standing.losing),
        "rate": draft.figure("loss_rate", standing.loss_rate or 0, units=standing.loss_units),
    }


def _noted(draft: IndustryDraft) -> Text:
    """Say which firms are not compared, and whose figures are in doubt."""
    text: Text = ()
    for name in ("unpaired", "doubtful"):
        if count := getattr(draft.standing, name):
            narrow = {"indicator": "output", "part": name}
            text += draft.say("overall", name, count=draft.figure(name, count, units=count, narrow=narrow))
    return joined(text)


def divisions(draft: IndustryDraft) -> tuple[Paragraph, ...]:
    """Return 主要行业: how many grew, and those that pulled most."""
    known = [part for part in draft.standing.divisions if part.rate is not None]
    if not known:
        return (Paragraph(draft.say("divisions", "none")),)
    ways = [direction(part.rate or Decimal(0)) for part in known]
    text = draft.say(
        "divisions",
        "split",
        count=draft.figure("divisions", len(known)),
        up=draft.figure("divisions_up", ways.count("up")),
        down=draft.figure("divisions_down", ways.count("down")),
    )
    return (Paragraph(joined(text + _pulling(draft, "up") + _pulling(draft, "down"))),)


def _pulling(draft: IndustryDraft, way: str) -> Text:
    """Say which industries pull up, or down; a pull that prints as 0.0 is none."""
    parts = pulling(draft.standing.divisions, way)[: draft.choice("first")]
    return draft.say("divisions", way, names=draft.listing(parts, lambda part: _division(draft, part))) if parts else ()


def pulling(parts: Sequence[Part], way: str) -> list[Part]:
    """Return the parts that pull one way, the strongest first."""
    found = sorted((part for part in parts if part.pull is not None and direction(part.pull) == way), key=of_size)
    return found if way == "up" else found[::-1]


def _division(draft: IndustryDraft, part: Part) -> Text:
    pull = draft.pull(part, "division")
    if part.rate is None:
        return draft.say("divisions", "one_new", name=part.place, pull=pull)
    way = "one_up" if (part.pull or 0) > 0 else "one_down"
    return draft.say("divisions", way, name=part.place, rate=draft.rate(part, "division"), pull=pull)


def structure(draft: IndustryDraft) -> tuple[Paragraph, ...]:
    """Return 产业结构: what each cluster is of the whole, and how it pulls."""
    parts = draft.standing.clusters[: draft.choice("clusters")]
    if not parts:
        return (Paragraph(draft.say("structure", "none")),)
    text: Text = ()
    for part in parts:
        text += _cluster(draft, part)
    return (Paragraph(joined(text + (draft.say("structure", "note") if len(parts) > 1 else ()))),)


def _of_cluster(draft: IndustryDraft, name: str, value: Decimal | None, part: Part) -> Figure:
    narrow = {"indicator": "output", "part": "counted", "cluster": part.code}
    return draft.figure(name, value or 0, of_what=part.place, units=part.units, narrow=narrow)


def _cluster(draft: IndustryDraft, part: Part) -> Text:
    facts: dict[str, Words] = {
        "name": part.place,
        "total": _of_cluster(draft, "part_output", part.total, part),
        "share": _of_cluster(draft, "part_share", part.of_total, part),
    }
    if part.rate is None:
        return draft.say("structure", "unknown", **facts)
    rate, pull = draft.rate(part, "cluster"), draft.pull(part, "cluster")
    return draft.say("structure", direction(part.rate), rate=rate, pull=pull, **facts)


def counties(draft: IndustryDraft) -> tuple[Paragraph, ...]:
    """Return 县（市、区）情况: how many grew, both ends of the ranking, and who cannot be ranked."""
    known = [one for one in draft.standing.counties if one.rate is not None]
    unknown = [one for one in draft.standing.counties if one.rate is None]
    text = draft.say("counties", "too_few") if len(known) < 2 else _split(draft, known) + _ends(draft, known)
    if unknown and known:
        text += draft.say("counties", "unknown", names=draft.listing(unknown, lambda one: (one.place,), "unknown"))
    return (Paragraph(joined(text + draft.say("counties", "details"))),)


def _split(draft: IndustryDraft, known: Sequence[County]) -> Text:
    ways = [direction(one.rate or Decimal(0)) for one in known]
    up, down = ways.count("up"), ways.count("down")
    if len(known) in (up, down):
        return draft.say("counties", "all_up" if up else "all_down")
    figures = {"up": draft.figure("counties_up", up), "down": draft.figure("counties_down", down)}
    return draft.say("counties", "split", **figures)


def _ends(draft: IndustryDraft, known: Sequence[County]) -> Text:
    count = min(draft.choice("first"), len(known) // 2)
    top = extremes(known, lambda one: one.rate, count, highest=True)
    rest = [one for one in known if one not in top]
    bottom = extremes(rest, lambda one: one.rate, count, highest=False)
    text = draft.say("counties", "top", names=draft.listing(top, lambda one: _county(draft, one)))
    if bottom:
        text += draft.say("counties", "bottom", names=draft.listing(bottom, lambda one: _county(draft, one)))
    return text


def _county(draft: IndustryDraft, one: County) -> Text:
    rate = one.rate or Decimal(0)
    rank = draft.figure("rank", draft.standing.ranks()[one.code] or 0, one)
    figure = draft.figure("output_growth", rate, one, units=one.parts["output"].pairs)
    return draft.say("counties", f"one_{direction(rate)}", name=one.place, rate=figure, rank=rank)


def entries(draft: IndustryDraft) -> tuple[Paragraph, ...]:
    """Return 增长构成: what each class of firms (存量、小升规、新建投产、退出) adds to the growth."""
    whole = draft.standing.whole.get("output")
    if whole is None or whole.rate is None:
        return (Paragraph(draft.say("entries", "none")),)
    rate = draft.figure("output_growth", whole.rate, units=whole.pairs)
    text = draft.say("entries", "lead") + draft.say("entries", f"whole_{direction(whole.rate)}", rate=rate)
    told = [part for part in draft.standing.entries if part.pull is not None]
    for at, part in enumerate(told):
        text += ("，",) if at else ()
        pull = draft.pull(part, "entry")
        text += draft.say("entries", direction(part.pull or Decimal(0)), name=part.place, pull=pull)
    return (Paragraph(joined((*text, "。", *draft.say("entries", draft.standing.policy)))),)


def movers(draft: IndustryDraft) -> tuple[Paragraph, ...]:
    """Return 重点企业变动: the firms that pulled most, with the reasons they gave."""
    count = draft.choice("movers")
    found = [
        Paragraph(_moved(draft, key, rows[:count]))
        for key, rows in (("up", draft.standing.moved.up), ("down", draft.standing.moved.down))
        if rows
    ]
    return tuple(found) or (Paragraph(draft.say("movers", "none")),)


def _moved(draft: IndustryDraft, key: str, rows: Sequence[Mover]) -> Text:
    text = draft.say("movers", key)
    for at, row in enumerate(rows):
        said = row.reason.rstrip("。；; ")
        narrow = draft.narrowed("unit", row.unit)
        text += draft.say(
            "movers",
            f"one_{key}" if direction(row.pull or Decimal(0)) != "level" else f"small_{key}",
            name=row.name,
            county=row.county,
            entry=row.entry,
            delta=draft.figure("mover_delta", row.delta, of_what=row.name, units=1, narrow=narrow),
            pull=draft.mover_pull(row),
            reason=draft.say("movers", "said", words=said) if said else draft.say("movers", "unsaid"),
        )
        text += ("；" if at + 1 < len(rows) else "。",)
    return joined(text)
