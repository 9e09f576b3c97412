"""Generated firms whose sums are what the city published about its industry in 2023.

What the text implies and what it leaves open: a pull is weight times growth, so five of the seven industries'
weights in last year's value added follow from their printed growth and pull (within rounding; the middle is
taken). The weights of the other two are chosen. What is left to the rest follows from the growth of the whole.
The size of value added was not published: last year's is set to 1000 亿元, of which nothing printed depends.
Revenue and profit were published for the city only; they are dealt out by value added with noise, so an
industry's margin means nothing. Beside the firms compared stand others that the published rates leave out:
firms that left, firms without last year's figure.
"""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tici.engines import rulebook
from tici.engines.panel import Entry, Kind, Panel
from tici.engines.panel.calibration import spread
from tici.engines.periods import Month

SEED, FIRMS, VALUE_ADDED_WAN = 20240321, 2600, 10_000_000
WAN_IN_YI = 10_000
MONTH = Month(2023, 12)
# How many of a hundred firms stand in each class, and how many more have no figure of last year.
CLASSES, UNPAIRED = {Entry.EXISTING: 0.90, Entry.GROWN: 0.05, Entry.NEW_BUILD: 0.02, Entry.EXITED: 0.03}, 0.02


def published() -> dict[str, Any]:
    """The figures as the city printed them."""
    return dict(rulebook.load("demonstration/city_2023").content)


def weights() -> dict[str, tuple[float, float]]:
    """Each industry's weight in last year's value added, and its growth; the rest last."""
    text = published()
    found = {
        one["name"]: (one["pull"] / one["growth"] if "pull" in one else one["chosen_weight"], one["growth"])
        for one in text["industry"]
    }
    weight = 1 - sum(weight for weight, _ in found.values())
    pull = text["city"]["value_added_growth"] - sum(weight * growth for weight, growth in found.values())
    return found | {text["rest"]["name"]: (weight, pull / weight)}


def city_2023(seed: int = SEED) -> Panel:
    """The city's firms at the end of 2023."""
    chance = np.random.default_rng(seed)
    parts = [_industry(name, weight, growth, chance) for name, (weight, growth) in weights().items()]
    frame = pl.concat(parts)
    said = published()["city"]
    compared = (
        frame["entry"].is_in(["existing", "grown"]).to_numpy() & frame["value_added.base"].is_not_nan().to_numpy()
    )
    stands = compared | (frame["entry"] == "new_build").to_numpy()
    size = frame["value_added"].fill_nan(0).to_numpy(), frame["value_added.base"].fill_nan(0).to_numpy()
    for name, figure, growth in (
        ("revenue", said["revenue_yi"], said["revenue_growth"]),
        ("profit", said["profit_yi"], said["profit_growth"]),
    ):
        now = round(figure * WAN_IN_YI)
        # Some firms lose money: a profit's share may have either sign.
        noise = [chance.normal(1, 0.1 if name == "revenue" else 1.5, len(frame)) for _year in range(2)]
        frame = frame.with_columns(
            pl.Series(name, _filed(now, size[0] * noise[0], stands)),
            pl.Series(f"{name}.base", _filed(round(now / (1 + growth)), size[1] * noise[1], compared)),
        )
    units = [f"示例企业{number:04d}({name[:2]})" for number, name in enumerate(frame["industry"], 1)]
    frame = frame.with_columns(unit=pl.Series(units), period=pl.lit(str(MONTH)))
    return Panel.of(frame, {"profit": Kind.RESULT})


def _industry(name: str, weight: float, growth: float, chance: np.random.Generator) -> pl.DataFrame:
    firms = round(FIRMS * weight)
    entry = chance.choice([*CLASSES], firms, p=[*CLASSES.values()])
    entry[0] = Entry.EXISTING
    size = chance.lognormal(0, 1.2, firms)
    has_base = (entry != Entry.NEW_BUILD) & (chance.random(firms) >= UNPAIRED)
    has_base[0] = True
    compared = has_base & (entry != Entry.EXITED)
    base = round(VALUE_ADDED_WAN * weight)
    last = _filed(base, size, compared)
    # Those the rates leave out have figures too, of a like size.
    per_size = base / size[compared].sum()
    last = np.where((entry == Entry.EXITED) & has_base, np.round(size * per_size), last)
    stands = compared | (entry == Entry.NEW_BUILD)
    this = _filed(round(base * (1 + growth)), size * chance.normal(1, 0.15, firms), stands)
    this = np.where((entry != Entry.EXITED) & ~stands, np.round(size * per_size), this)
    return pl.DataFrame({"industry": [name] * firms, "entry": entry, "value_added": this, "value_added.base": last})


def _filed(total: int, size: NDArray[np.float64], which: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Whole 万元 that add up to a total over some firms; nan for the others."""
    figures = np.full(len(size), np.nan)
    figures[which] = spread(total, size[which])
    return figures
