"""A notice on the evening news: 60 families a second send the public form; each gets one number, and soon.

    python -m bench.submissions [--seconds 60] [--a-second 60] [--retries 0.2]

The city is served as a real start serves it (granian with its pool of connections, a background worker that reads what
came in). Each family comes from an address of its own with a form of its own, its token and a proof of work solved
beforehand; one in five sends the same form again, half of those in the same moment, as a nervous hand does, half a
second later, as a browser does whose line was cut. Prints the 95th percentile from the moment a form should have
been sent until its receipt is named, and what was lost and doubled. Bars: 0 lost, 0 doubled, p95 <= 400 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any
from urllib.parse import unquote, urlencode

from bench.databases import fresh_database
from bench.pages import as_in_a_real_start, serve, wait_until_up

PORT = 8794
BAR_MS = 400.0
COOKIE = "submission" * 3 + "ab"  # any 32 letters: a browser brings the same in cookie and form
ROOMS = 250  # numbers in each part of an address
PLACES = ("槐安路口", "和平西路口", "小区东门", "新华路口")


@dataclass
class Family:
    """One form: when it is sent, how often, and which numbers came back for it."""

    number: int
    at_s: float
    again_after_s: Sequence[float]  # empty: sent once
    body: bytes
    numbers: list[str] = field(default_factory=list)


def families(seconds: int, a_second: int, retries: float, secret: str, seed: int = 1) -> list[Family]:
    """The forms of all families, ready to be sent, evenly spread with some chance."""
    from django.core import signing

    from tici.consultation.forms import TOKEN

    chance, made = Random(seed), []
    for number in range(seconds * a_second):
        text = f"第{number}家：希望{number % 10 + 1}号线在{chance.choice(PLACES)}加一站，每天早上都用得上。"
        told = {
            "csrfmiddlewaretoken": COOKIE,
            "token": signing.dumps(f"family-{number}", salt=TOKEN),
            "text": text,
            "relation": "parent",
            "name": f"家长{number}",
            "contact": f"parent{number}@example.org",
            "consent": "masked",
            "captcha": proof(secret),
        }
        again = [0.0 if chance.random() < 0.5 else 1.0] if chance.random() < retries else []
        made.append(Family(number, (number + chance.random()) / a_second, again, urlencode(told).encode()))
    return made


def proof(secret: str) -> str:
    """A solved proof of work of the cost the page asks; made in the library's own way of knowing the counter."""
    from altcha import Payload, Solution, create_challenge, derive_key_pbkdf2, solve_challenge
    from django.conf import settings

    cost, expires = settings.ALTCHA_CHALLENGE["cost"], int(time.time()) + 3600
    challenge = create_challenge(
        "PBKDF2/SHA-256", cost, counter=0, expires_at=expires,
        hmac_secret=f"altcha:{secret}", hmac_key_secret=f"altcha-key:{secret}",
    )  # fmt: skip
    solution = solve_challenge(challenge, derive_key_pbkdf2)
    assert isinstance(solution, Solution)
    return Payload(challenge, solution).to_base64()


async def send_all(made: Sequence[Family], path: str) -> tuple[list[float], list[str]]:
    """Send every form at its moment; returns how long each sending took in ms, and what went wrong."""
    took: list[float] = []
    wrong: list[str] = []
    began = time.perf_counter() + 1

    async def send(one: Family, at_s: float) -> None:
        moment = began + at_s
        await asyncio.sleep(max(0, moment - time.perf_counter()))
        try:
            answer = await asyncio.wait_for(post(one, path), 30)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as fault:
            wrong.append(repr(fault))
            return
        took.append((time.perf_counter() - moment) * 1000)
        if found := re.search(rb"(?i)\nlocation: /consultations/receipts/([^/\r]+)/", answer):
            one.numbers.append(unquote(found[1].decode()))
        else:
            wrong.append(answer[:200].decode("utf-8", "replace"))

    async with asyncio.TaskGroup() as group:
        for one in made:
            for after in (0.0, *one.again_after_s):
                group.create_task(send(one, one.at_s + after))
    return took, wrong


async def post(one: Family, path: str) -> bytes:
    """Send one form over a line of its own, from an address of its own, and read the answer."""
    home = f"127.{1 + one.number // ROOMS % ROOMS}.{one.number % ROOMS}.2"
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT, local_addr=(home, 0))
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: csrftoken={COOKIE}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(one.body)}\r\n\r\n"
    )
    writer.write(head.encode() + one.body)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    return answer


def judged(made: Sequence[Family]) -> dict[str, int]:
    """What came of the forms, beside what is in the database."""
    from django.core import signing

    from tici.consultation.models import Channel, Held, Item
    from tici.consultation.views.public import RECEIPT

    given: dict[str, set[int]] = defaultdict(set)
    for one in made:
        for signed in one.numbers:
            given[signing.loads(signed, salt=RECEIPT)].add(one.number)
    kept = dict(Item.objects.filter(channel=Channel.WEB).values_list("number", "source_key"))
    keys = {number: {f"web:family-{one}" for one in ones} for number, ones in given.items()}
    return {
        "families": len(made),
        "numbers": len(given),
        "items": len(kept),
        "lost": sum(not one.numbers for one in made) + len(given.keys() - kept.keys()),
        "doubled": len(kept) - len(given) + sum(len(ones) > 1 for ones in given.values()),
        "mixed_up": sum(kept.get(number) not in ones for number, ones in keys.items()),
        "held": Item.objects.filter(channel=Channel.WEB).exclude(held=Held.NOTHING).count(),
    }


def main() -> int:
    """Print what was lost, doubled, and the 95th percentile; 1 where a bar is missed."""
    asked = argparse.ArgumentParser(prog="python -m bench.submissions")
    asked.add_argument("--seconds", type=int, default=60)
    asked.add_argument("--a-second", type=int, default=60)
    asked.add_argument("--retries", type=float, default=0.2)
    wish = asked.parse_args()
    with fresh_database() as folder:
        from django.conf import settings

        from tests import make
        from tests.consultation import noticing

        notice = noticing.notice(
            by=noticing.clerk(make.city()), opens_on=date(2021, 12, 21), closes_on=date(2100, 1, 1)
        )
        made = families(wish.seconds, wish.a_second, wish.retries, settings.SECRET_KEY)
        server, env = serve(folder, PORT), as_in_a_real_start(folder)
        with tempfile.TemporaryFile() as said:
            command = [sys.executable, "-W", "ignore", "-m", "bench.worker"]
            worker = subprocess.Popen(command, env=env, stdout=said, stderr=said)
            try:
                wait_until_up(PORT)
                asyncio.run(send_all(families(2, 10, 0.0, "nobody's", seed=0)[:8], "/consultations/"))  # awake
                took, wrong = asyncio.run(send_all(made, f"/consultations/{notice.code}/send/"))
            finally:
                for process in (server, worker):
                    process.terminate()
                for process in (server, worker):
                    process.wait(timeout=30)
        return told(took, wrong, judged(made))


def told(took: Sequence[float], wrong: Sequence[str], found: dict[str, int]) -> int:
    """Print what came of it."""
    times = sorted(took)
    middle, p95, p99 = (times[int(len(times) * share)] for share in (0.5, 0.95, 0.99))
    print(", ".join(f"{name} {value}" for name, value in found.items()))
    print(f"{len(wrong)} refused {list(dict.fromkeys(wrong))[:2] if wrong else ''}")
    print(f"{len(times)} sent: p50 {middle:.0f} ms, p95 {p95:.0f} ms (bar {BAR_MS:.0f}), p99 {p99:.0f} ms")
    bad: Any = wrong or found["lost"] or found["doubled"] or found["mixed_up"] or p95 > BAR_MS
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
