"""The map of wishes as a drawing and as open data; both hold only what is published."""

from __future__ import annotations

import csv
import io
from html import escape
from math import cos, radians, sqrt
from typing import Any

WIDE, EDGE, LEAST_HIGH = 720, 48, 220
BLUE, INK, SOFT, GROUND, LINE = "#1f5fa8", "#1b2733", "#5b6875", "#f6f8fa", "#c9d1d9"
HEADS = ("西经界", "南纬界", "东经界", "北纬界", "人数", "地点")


def wishes_svg(told: dict[str, Any]) -> str:
    """Squares with their persons, the names of what the notice is about, and a scale; nothing from outside.

    Colours stand in the drawing itself, as the same one goes into print.
    """
    corners = [(one["square"][0], one["square"][1]) for one in told["cells"]]
    corners += [(one["square"][2], one["square"][3]) for one in told["cells"]]
    corners += [(longitude, latitude) for _name, longitude, latitude in told["marks"]]
    if not told["cells"] or not corners:
        return ""
    west, east = min(x for x, _y in corners), max(x for x, _y in corners)
    south, north = min(y for _x, y in corners), max(y for _x, y in corners)
    squeeze = cos(radians((south + north) / 2))
    scale = (WIDE - 2 * EDGE) / max((east - west) * squeeze, (north - south), 0.02)
    high = max(LEAST_HIGH, round((north - south) * scale) + 2 * EDGE)

    def at(longitude: float, latitude: float) -> tuple[float, float]:
        left = (WIDE - (east - west) * squeeze * scale) / 2
        top = (high - (north - south) * scale) / 2
        return left + (longitude - west) * squeeze * scale, top + (north - latitude) * scale

    most = max(one["persons"] for one in told["cells"])
    parts = [f'<rect width="{WIDE}" height="{high}" fill="{GROUND}"/>']
    numbers, taken = [], list[tuple[float, float, float]]()
    for one in told["cells"]:
        x, y = at(one["square"][0], one["square"][3])
        right, bottom = at(one["square"][2], one["square"][1])
        shade = 0.25 + 0.55 * sqrt(one["persons"] / most)
        parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{right - x:.1f}" height="{bottom - y:.1f}" fill="{BLUE}" '
            f'fill-opacity="{shade:.2f}" stroke="{BLUE}"/>'
        )
        middle, centre = (x + right) / 2, (y + bottom) / 2
        radius = 9 + 9 * sqrt(one["persons"] / most)
        numbers.append(f'<circle cx="{middle:.1f}" cy="{centre:.1f}" r="{radius:.1f}" fill="{BLUE}"/>')
        numbers.append(_text(middle, centre + 4.5, str(one["persons"]), fill="#ffffff", size=13, anchor="middle"))
        names = "、".join(one["names"])
        if place := _free(middle, centre + radius + 14, len(names) * 12.0, taken):
            numbers.append(_text(*place, names, fill=INK, size=12, anchor="middle"))
    covered = {name for one in told["cells"] for name in one["names"]}
    for name, longitude, latitude in told["marks"]:
        if name not in covered:
            x, y = at(longitude, latitude)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{SOFT}"/>')
            if place := _free(x, y + 16, len(name) * 12.0, taken):
                numbers.append(_text(*place, name, fill=SOFT, size=12, anchor="middle"))
    kilometre = 1000 / 111_320 * scale
    parts.append(f'<path d="M{EDGE} {high - 18}h{kilometre:.1f}" stroke="{INK}" stroke-width="2"/>')
    numbers.append(_text(EDGE, high - 24, "1公里", fill=INK, size=12, anchor="start"))
    numbers.append(_text(WIDE - EDGE, 24, "北 ↑", fill=INK, size=12, anchor="end"))
    frame = f'<rect x="0.5" y="0.5" width="{WIDE - 1}" height="{high - 1}" fill="none" stroke="{LINE}"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" aria-hidden="true">'
    return head + "".join(parts) + "".join(numbers) + frame + "</svg>"


def _text(x: float, y: float, words: str, *, fill: str, size: int, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def _free(x: float, y: float, width: float, taken: list[tuple[float, float, float]]) -> tuple[float, float] | None:
    """Where a name has room below its place, a line or two lower if need be; None where it has none."""
    x = min(max(x, width / 2 + 4), WIDE - width / 2 - 4)
    for lower in (0, 15, -46):
        if all(
            abs(y + lower - other_y) > 14 or abs(x - other_x) > (width + wide) / 2 for other_x, other_y, wide in taken
        ):
            taken.append((x, y + lower, width))
            return x, y + lower
    return None


def wishes_csv(account: dict[str, Any]) -> bytes:
    """The squares as open data, in WGS-84 as they were listed."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for one in (account.get("map") or {"cells": []})["cells"]:
        writer.writerow([*one["square"], one["persons"], "、".join(one["names"])])
    return out.getvalue().encode("utf-8-sig")
