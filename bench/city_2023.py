"""The published industry of 2023 recomputed from generated firms: growth, pulls and margin, printed beside the text.

    python -m bench.city_2023

The firms are made so that they add up to the text (`tests.engines.panel.city_2023` says which weights it implies and
which are chosen). What is shown is that the engine, given thousands of firms with entries, exits and missing figures,
says what the text says. Plain totals are printed beside it. Exit 1 when a printed decimal does not tie.
"""

from __future__ import annotations

import sys

import numpy as np

from tests.engines.panel.city_2023 import MONTH, WAN_IN_YI, city_2023, published
from tici.engines.panel import growth, ratio


def main() -> int:
    city, text = city_2023(), published()
    said = text["city"]
    wrong = 0

    def tie(label: str, ours: float, printed: float) -> None:
        nonlocal wrong
        ties = round(ours, 1) == round(printed, 1)
        wrong += not ties
        print(f"  {label}: {ours:.4f}, printed {printed:.1f}{'' if ties else '  DOES NOT TIE'}")

    whole = {name: growth(city, name, policy="drop", month=MONTH).rows[0] for name in city.indicators}
    industries = growth(city, "value_added", policy="drop", by=("industry",), month=MONTH)
    line = whole["value_added"]
    print(f"{len(city)} firms, {line['pairs']} compared ({line['grown']} grown, {line['new_build']} new builds)")
    tie("value added, growth %", line["rate"] * 100, said["value_added_growth"] * 100)
    for name in ("revenue", "profit"):
        tie(f"{name}, 亿元", whole[name]["total"] / WAN_IN_YI, said[f"{name}_yi"])
        tie(f"{name}, growth %", whole[name]["rate"] * 100, said[f"{name}_growth"] * 100)
    margin = ratio(city, "profit", "revenue", month=MONTH)["rate"][0]
    tie("margin %", margin * 100, said["margin"] * 100)
    for one in text["industry"]:
        found = industries.one(industry=one["name"])
        assert found is not None
        tie(f"{one['name']} growth %", found["rate"] * 100, one["growth"] * 100)
        if "pull" in one:
            tie(f"{one['name']} pull, points", found["pull"] * 100, one["pull"] * 100)
    plain = np.nansum(city.now["value_added"]) / np.nansum(city.base["value_added"]) - 1
    kept = growth(city, "value_added", policy="keep_base", month=MONTH).rows[0]
    print(f"plain totals would say {plain * 100:.1f} %")
    print(f"with the bases of {kept['exited']} exits kept (留基数): {kept['rate'] * 100:.1f} %")
    print(f"{wrong} printed decimals do not tie")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
