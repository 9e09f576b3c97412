"""Letters and reply forms as scanners, faxes and telephones deliver them, read as the product reads them.

    python -m bench.reading [--count 6] [--forms 30] [--seed 1]

``--count`` invented letters (示例), each of several opinions and a paragraph full of numbers, go through each channel:
a scan of 300 dots an inch, a fax at fine and at standard resolution, all a little askew. Each file is read by the
process that the product starts for it; its processor time, loading the model counted in, and its memory are the
kernel's own. The peer is rapidocr as it comes, shown the same raw page in the same run, its loading not counted;
how many times its errors are the product's is told for at least one error.
``--forms`` reply forms a channel come back ticked: ticks, crosses, boxes filled in, and faint thin ticks.

Errors are counted in characters without punctuation and spaces. A number is right if it stands in the reading as
often as in the letter, colon and point in it. Bars: errors 0.005 / 0.01 / 0.02, all numbers, 5 s of processor a page,
1.2 GB; codes and ticks 99 %, no box ticked that was left empty.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image
from rapidfuzz.distance import Levenshtein

from tests.engines.opinions import corpora
from tici.engines.limited import run_limited
from tici.engines.opinions import pages, rendering, reply_form
from tici.engines.opinions.rendering import Channel
from tici.engines.opinions.reply_form import Choice, FormSpec, Question

CHILD = "tici.engines.opinions.child"
LETTERS: dict[Channel, tuple[float, int]] = {"scan": (0.005, 300), "fax": (0.01, 200), "fax-standard": (0.02, 200)}
FORMS: tuple[Channel, ...] = ("scan", "fax", "fax-standard", "photo")
MOST_S, MOST_GB, LEAST_SHARE = 5.0, 1.2, 0.99
ROADS = ("槐安路口", "友谊大街", "中山路地铁站", "东岗路口", "裕华路", "小区南门")
FACES = ("song", "hei", "fandol-song", "fandol-fang")
STYLES: tuple[Any, ...] = ("tick", "cross", "fill", "light")
NUMBER = re.compile(r"\d+(?:[:.]\d+)*")
FORM = FormSpec(
    notice="n1", form="5f2a90c1", title="关于开通小学生、幼儿免费公交专线征求意见反馈表",
    questions=(
        Question("q1", "您主要想说哪个方面？", tuple(
            Choice(f"q1-{at}", word) for at, word in enumerate(("运营时间", "站点设置", "班次运力", "新开线路", "其他"))
        )),
        Question("q2", "您说的是哪条线路？", tuple(Choice(f"q2-{at}", f"{at}号线") for at in range(1, 9))),
        Question("q3", "您的孩子在试点学校吗？", (Choice("q3-1", "是"), Choice("q3-2", "否"))),
        Question("q4", "您的意见和建议", lines=8),
    ),
)  # fmt: skip


@dataclass
class Score:
    """What came of the letters of one channel."""

    wrong: int = 0
    characters: int = 0
    right: int = 0
    numbers: int = 0
    cpu_s: float = 0.0
    missed: list[str] = field(default_factory=list)

    @property
    def error_rate(self) -> float:
        """Wrong characters a character."""
        return self.wrong / max(1, self.characters)

    def add(self, read: str, written: str) -> None:
        """Count one letter."""
        self.wrong += Levenshtein.distance(plain(read), plain(written))
        self.characters += len(plain(written))
        wanted = Counter(NUMBER.findall(unicodedata.normalize("NFKC", written)))
        lacking = wanted - Counter(NUMBER.findall(unicodedata.normalize("NFKC", read)))
        self.numbers += wanted.total()
        self.right += wanted.total() - lacking.total()
        self.missed += lacking.elements()


def plain(text: str) -> str:
    """A text's letters and digits."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def letter(chance: Random) -> str:
    """One invented letter: what it speaks of is drawn from the project's own opinions, its numbers are drawn anew."""
    told = chance.sample([one["text"] for one in corpora.own("tuned") + corpora.own("blind")], 5)
    line, minute = chance.randint(1, 19), chance.randrange(0, 60, 5)
    hour, back = chance.randint(6, 8), f"{chance.randint(15, 18)}:{chance.randrange(60):02d}"
    facts = (
        f"{line}号线早上{hour}:{minute:02d}发车，下午{back}返回，每天{chance.randint(2, 12)}趟。"
        f"从{chance.choice(ROADS)}走到站牌{chance.randint(200, 1900)}米，每月乘车{chance.randint(20, 184)}次，"
        f"车上{chance.randint(18, 46)}个座位，票价{chance.randint(1, 3)}.{chance.randrange(10)}元，"
        f"来电{chance.randint(86_000_000, 86_999_999)}。"
    )
    return "\n".join([*told, facts, "一位家长（示例）", f"2021年12月{chance.randint(21, 27)}日"])


def letters(count: int, channel: Channel, seed: int) -> list[tuple[str, bytes]]:
    """So many letters and the files in which they come, each set in one face of those that offices print with."""
    faces = [one for one in rendering.find_faces([Path("var/fonts")]) if one.name in FACES] or [rendering.find_face()]
    made = []
    for at in range(count):
        chance = Random(f"{seed} {channel} {at}")
        text = letter(chance)
        sheets = rendering.letter(text, faces[at % len(faces)], dpi=LETTERS[channel][1])
        made.append((text, rendering.as_sent(sheets, channel, seed=chance.randrange(2**31))))
    return made


def read_by_product(files: Iterable[Path]) -> tuple[list[str], float]:
    """Return what the product's own process reads in each file, and the processor seconds of all."""

    def read(path: Path) -> str:
        request = {
            "path": str(path), "name": path.name, "most_pages": 50, "most_pixels": 60_000_000, "seconds": 600,
        }  # fmt: skip
        answer = json.loads(run_limited(CHILD, request, seconds=600))
        return "\n".join(page["text"] for page in answer["pages"])

    before = _children_s()
    texts = [read(path) for path in files]  # one after another: two at once would count each other's waits for memory
    return texts, _children_s() - before


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read_by_peer(path: Path) -> str:
    """What rapidocr reads as it comes: its own settings, the raw picture, its lines as it gives them."""
    found = _peer()(np.asarray(_raw(path).convert("RGB"))[:, :, ::-1])
    return "\n".join(found.txts or ())


@cache
def _peer() -> Any:
    from rapidocr import RapidOCR  # after the product's figures, which a big parent would spoil

    return RapidOCR(params={"Global.log_level": "error"})


def _raw(path: Path) -> Image.Image:
    if path.suffix != ".pdf":
        return Image.open(path)
    with pypdfium2.PdfDocument(path) as document:
        (image,) = document[0].get_objects()
        picture: Image.Image = image.get_bitmap().to_pil()
    return picture


def weigh_letters(count: int, seed: int) -> bool:
    """Read the letters of all channels, then let the peer read them; whether a bar is missed."""
    missed = False
    with tempfile.TemporaryDirectory(prefix="tici-bench-") as name:
        channels: dict[Channel, list[tuple[str, Path]]] = {}
        scores: dict[Channel, Score] = {}
        for channel in LETTERS:
            channels[channel] = _written(Path(name), channel, letters(count, channel, seed))
            texts, spent = read_by_product(path for _, path in channels[channel])
            scores[channel] = Score(cpu_s=spent)
            for (written, _), read in zip(channels[channel], texts, strict=True):
                scores[channel].add(read, written)
        peak_gb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        for channel, (bar, _) in LETTERS.items():
            own, peer = scores[channel], _scored_by_peer(channels[channel])
            times = peer.error_rate / max(own.error_rate, 1 / own.characters)
            lacking = f" without {' '.join(own.missed[:8])}" if own.missed else ""
            missed |= own.error_rate > bar or own.right < own.numbers or own.cpu_s / count > MOST_S
            print(
                f"{channel:12} errors {own.error_rate:.4f} (bar {bar})  numbers {own.right}/{own.numbers}{lacking}"
                f"  {own.cpu_s / count:.1f} CPU s a page; rapidocr as it comes {peer.error_rate:.4f} ({times:.1f} x), "
                f"numbers {peer.right}/{peer.numbers}, {peer.cpu_s / count:.1f} s"
            )
    print(f"most memory of a process that reads: {peak_gb:.2f} GB (bar {MOST_GB})")
    return missed or peak_gb > MOST_GB


def _written(folder: Path, channel: Channel, made: Sequence[tuple[str, bytes]]) -> list[tuple[str, Path]]:
    paths = []
    for at, (text, content) in enumerate(made):
        path = folder / f"{channel}-{at}.{'pdf' if channel == 'scan' else 'tif'}"
        path.write_bytes(content)
        paths.append((text, path))
    return paths


def _scored_by_peer(made: Sequence[tuple[str, Path]]) -> Score:
    _peer()
    begun, score = time.process_time(), Score()
    for text, path in made:
        score.add(read_by_peer(path), text)
    score.cpu_s = time.process_time() - begun
    return score


def weigh_forms(count: int, seed: int) -> bool:
    """Read ticked forms of all channels; whether a bar is missed."""
    geometry, face, missed = reply_form.draw(FORM), rendering.find_face(), False
    (page,) = geometry.pages
    blank = rendering.form_sheet(page, face)
    for channel in FORMS:
        codes = found = made = false = unsure = 0
        begun, faint = time.process_time(), Counter[str]()
        for at in range(count):
            chance = Random(f"{seed} {channel} form {at}")
            ticked = {box.code: chance.choice(STYLES) for box in page.boxes if chance.random() < 0.4}
            sent = rendering.as_sent([_filled(blank, page, ticked, chance)], channel, seed=chance.randrange(2**31))
            reading = reply_form.read_form(_opened(sent), [geometry])
            made += len(ticked)
            if reading is None:
                faint.update(ticked.values())
                continue
            codes += 1
            right = {code for code, is_ticked in reading.ticks.items() if is_ticked}
            found += len(right & ticked.keys())
            false += len(right - ticked.keys())
            faint.update(ticked[code] for code in ticked.keys() - right)
            unsure += len(reading.unsure)
        spent = time.process_time() - begun
        missed |= codes < LEAST_SHARE * count or found < LEAST_SHARE * made or false > 0
        print(
            f"form, {channel:12} codes {codes}/{count}  ticks {found}/{made}  false {false}"
            f"{'  missed ' + str(dict(faint)) if faint else ''}  shown to a person {unsure}"
            f"  {spent / count:.2f} CPU s a form, drawing counted in"
        )
    return missed


def _filled(blank: np.ndarray, page: Any, ticked: dict[str, Any], chance: Random) -> np.ndarray:
    sheet = blank
    for box in page.boxes:
        if box.code in ticked:
            sheet = rendering.tick(sheet, box, ticked[box.code], chance.randrange(2**31))
    return sheet


def _opened(sent: bytes) -> pages.PageImage:
    return pages.open_document(sent).pages[0]


def main() -> int:
    """Print each channel's figures beside its bars and the peer's; 1 where a bar is missed."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--count", type=int, default=6, help="letters a channel")
    words.add_argument("--forms", type=int, default=30, help="forms a channel")
    words.add_argument("--seed", type=int, default=1)
    wish = words.parse_args()
    missed = weigh_letters(wish.count, wish.seed) if wish.count else False
    missed |= weigh_forms(wish.forms, wish.seed) if wish.forms else False
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
