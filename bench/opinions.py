"""What is read in opinions, against plain keyword rules and plain characters in the same run.

    python -m bench.opinions [--given FOLDER]

Slots are scored on both halves of the project's own set (rules were bettered on the tuned half only) and on the shared
development set; themes are learned from 64 labels and asked of the rest; copies are told from twins on a mixed corpus
with a campaign; masks are scored on generated lines whose truth is known.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.engines.opinions import corpora
from tici.engines.opinions import duplicates, masking, slots, themes

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "opinions" / "dev.json"
LABELLED = 64


def main() -> None:
    """Print each bar's figure with its peer's."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--given", type=Path, default=SHARED, help="other opinions, as in data/opinions/dev.json")
    given = words.parse_args().given
    sets = {"tuned half": corpora.own("tuned"), "blind half": corpora.own("blind")}
    if given.exists():
        sets["given set"] = corpora.given(given)
    for name, opinions in sets.items():
        print(f"slots, {name} ({len(opinions)} opinions)")
        for field, (precision, recall, count) in corpora.slot_scores(opinions).items():
            print(f"  {field:16} P {precision:.3f}  R {recall:.3f}  ({count})")
    _themes(corpora.own("tuned") + corpora.own("blind"))
    _copies()
    _masks()


def _themes(opinions: list[dict[str, Any]]) -> None:
    texts, labels = [one["text"] for one in opinions], [one["theme"] for one in opinions]
    print(f"main theme after {LABELLED} labels, on {len(texts) - LABELLED} unseen, mean of 5 draws (bars 0.72, 0.88)")
    for suggester in (themes.Suggester, themes.PlainSuggester):
        begun = time.process_time()
        first, second = corpora.theme_scores(suggester, texts, labels, LABELLED)
        took = time.process_time() - begun
        print(f"  {suggester.__name__:16} first {first:.3f}  first two {second:.3f}  {took:.1f} CPU s")


def _copies() -> None:
    texts, truth = corpora.mixed_corpus()
    found = [slots.extract(text, corpora.gazetteer()) for text in texts]
    begun = time.process_time()
    grouping = duplicates.group(texts, found)
    took = time.process_time() - begun
    wrong, recall = corpora.pair_scores(grouping.groups, truth)
    print(
        f"copies among {len(texts)} texts: {wrong} wrong merges, recall {recall:.3f} (bars 0, 0.94), {took:.2f} CPU s"
    )
    plain = corpora.by_likeness_alone(texts)
    wrong, recall = corpora.pair_scores(plain, truth)
    print(f"  peer, likeness of character pairs alone: {wrong} wrong merges, recall {recall:.3f}")


def _masks() -> None:
    lines = corpora.masking_lines()
    for name, use_model in (("words and model", True), ("words alone", False)):
        missed: Counter[str] = Counter()
        count: Counter[str] = Counter()
        for text, secrets in lines:
            hidden = masking.mask(text, masking.spans(text, use_model=use_model))
            for kind, secret in secrets:
                count[kind] += 1
                missed[kind] += secret[1:] in hidden if kind == "person" else secret in hidden
        recall = 1 - missed.total() / count.total()
        print(f"masks on {len(lines)} lines, {count.total()} secrets, {name}: recall {recall:.3f} (bar 0.98)")
        print(f"  missed {dict(missed)}")


if __name__ == "__main__":
    main()
