"""How quick the app is, for one reader and for fifty at once: `make bench`, or this file alone.

The app serves the shipped theatre in a process of its own, as `tightrope serve` does. Readers stand
on the same machine, so they and a run take time from it: the loop of plain Python says how much of
a processor was left. The table goes to standard output and to benchmarks/app.md.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator, Iterable
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from results import write_results

READERS, SECONDS = 50, 20.0
RUN = {"a": "off M33", "b": "off M05", "days": 365}
"""A what-if of two changed worlds; another begins when it ends."""
CROWDS = ((False, 1.0), (True, 1.0), (True, 0.0))
"""Whether a run is under way, and seconds for which each reader reads between two answers."""
BEFOREHAND_SECONDS = 30
"""In which the app makes the pages that readers open first."""
SLOWED = 4
Rows = list[tuple[str, str]]


# The app, and what can be read in it -------------------------------------------------------------


@contextmanager
def served(theatre: str) -> Generator[str]:
    """An app with its first page's outlook and the past year behind it at hand."""
    command = [sys.executable, "-m", "tightrope", "serve", theatre, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout
        address = app.stdout.readline().strip().rstrip("/")
        try:
            asyncio.run(until_drawn(address))
            yield address
        finally:
            app.terminate()


async def until_drawn(address: str) -> None:
    async with reader_at(address) as reader:
        while True:
            page = (await reader.get("/")).text
            if "Not run yet" not in page and "Being run" not in page and "run so far" not in page:
                await asyncio.sleep(BEFOREHAND_SECONDS)
                return
            await asyncio.sleep(2)


async def journeys(address: str) -> list[list[str]]:
    """What visitors open one after another: the first page, then whatever they turn to."""
    async with reader_at(address) as reader:
        first = (await reader.get("/")).text
        parts = [*re.findall(r'"(/static/[^"]*)"', first), "/favicon.ico"]
        questions = [one["id"] for one in json.loads((await reader.get("/api/questions")).text)]
        facts = json.loads((await reader.get("/api/past?since=2010-01-01")).text)["rows"]
        mechanisms = json.loads((await reader.get("/api/model")).text)["mechanisms"]
    choose = random.Random(1)
    found: list[list[str]] = []
    for _ in range(READERS):
        question, fact = choose.choice(questions), choose.choice(facts)
        year, mechanism = choose.randrange(2004, 2024), choose.choice(mechanisms)["id"]
        asked = [
            [f"/q/{question}", f"/chart/answer.csv?q={question}", f"/row/{fact['id']}?bare=1"],
            ["/past", f"/past?since={year}-01-01&until={year}-12-31"],
            [f"/who?year={year}"], ["/scores"], ["/whatif"], ["/about"], ["/review"],
            ["/model", f"/model/{mechanism}"], [f"/twin?without={fact['id']}"],
            [f"/why?event={fact['event']}&on={fact['earliest']}"],
            ["/api/outlook", f"/api/questions/{question}"],
        ]  # fmt: skip
        choose.shuffle(asked)
        found.append(["/", *parts, *(at for pages in asked for at in pages)])
    return found


# A reader ----------------------------------------------------------------------------------------


class Answer:
    def __init__(self, status: int, headers: dict[str, str], body: bytes):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        import gzip

        zipped = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if zipped else self.body).decode()


class Reader:
    """A browser as far as the server sees one: it takes gzip, and asks again with what it has.

    Little more than a socket, for what a reader costs here the app does not get.
    """

    def __init__(self, incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter, host: str):
        self._in, self._out, self._host = incoming, outgoing, host
        self._kept: dict[str, str] = {}

    async def get(self, at: str) -> Answer:
        more = f"if-none-match: {self._kept[at]}\r\n" if at in self._kept else ""
        answer = await self.ask("GET", at, more)
        if "etag" in answer.headers:
            self._kept[at] = answer.headers["etag"]
        return answer

    async def ask(self, method: str, at: str, more: str = "", body: bytes = b"") -> Answer:
        self._out.write(f"{method} {at} HTTP/1.1\r\nhost: {self._host}\r\naccept-encoding: gzip\r\n"
                        f"content-length: {len(body)}\r\n{more}\r\n".encode() + body)  # fmt: skip
        head = (await self._in.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in head[1:])}
        length = int(headers.get("content-length", 0))
        return Answer(int(head[0].split()[1]), headers, await self._in.readexactly(length))


@asynccontextmanager
async def reader_at(address: str) -> AsyncGenerator[Reader]:
    host = urlsplit(address).netloc
    streams = await asyncio.open_connection(*host.rsplit(":", 1))
    try:
        yield Reader(*streams, host)
    finally:
        streams[1].close()


# Fifty at once -----------------------------------------------------------------------------------


async def crowd(address: str, *, seconds: float, running: bool, pause: float) -> Rows:
    """pause : of each reader between two pages, on average."""
    ways = await journeys(address)
    taken: list[tuple[float, str]] = []
    wrong: list[str] = []

    async def read(way: list[str], end: float, choose: random.Random) -> None:
        async with reader_at(address) as reader:
            for at in itertools.cycle(way):
                await asyncio.sleep(choose.uniform(0, 2 * pause))
                if time.perf_counter() > end:
                    return
                start = time.perf_counter()
                status = (await reader.get(at)).status
                taken.append((time.perf_counter() - start, at))
                if status not in (200, 304):
                    wrong.append(f"{status} {at}")

    async with run_under_way(address, running):
        end = time.perf_counter() + seconds
        await asyncio.gather(*(read(way, end, random.Random(i)) for i, way in enumerate(ways)))
    how = f"{'' if pause else 'without a pause, '}{'during a run' if running else 'no run'}"
    return told(sorted(taken), wrong, seconds, f"{READERS} readers, {how}")


def told(taken: list[tuple[float, str]], wrong: list[str], seconds: float, how: str) -> Rows:
    at = [1e3 * taken[int(len(taken) * share)][0] for share in (0.5, 0.95)]
    rate = len(taken) / seconds
    errors = f"{len(wrong)}" + (f", the first {wrong[0]}" if wrong else "")
    return [
        (f"{how}: median, 95 %", f"{at[0]:.0f} ms, {at[1]:.0f} ms (budget 500 ms)"),
        (f"{how}: slowest", f"{taken[-1][0]:.2f} s, {taken[-1][1]}"),
        (f"{how}: answers, per second", f"{len(taken):,}, {rate:,.0f}"),
        (f"{how}: errors", errors),
    ]


@asynccontextmanager
async def run_under_way(address: str, wanted: bool) -> AsyncGenerator[None]:
    """One run after another for as long as the block lasts."""
    if not wanted:
        yield
        return
    running = asyncio.create_task(one_after_another(address))
    await asyncio.sleep(3)
    try:
        yield
        assert not running.done(), f"there was no run under way: {running.exception()}"
    finally:
        running.cancel()


async def one_after_another(address: str) -> None:
    seed = random.SystemRandom().randrange(2**31)
    async with reader_at(address) as reader:
        while True:
            seed += 1
            at = await begun(reader, seed)
            try:
                while (status := json.loads((await reader.ask("GET", at)).text)["status"]) in (
                    "waiting", "running",
                ):  # fmt: skip
                    await asyncio.sleep(0.5)
                assert status == "done", f"the run has {status}"
            finally:
                await reader.ask("DELETE", at)


async def begun(reader: Reader, seed: int) -> str:
    body = json.dumps({**RUN, "seed": seed}).encode()
    sent = await reader.ask("POST", "/api/runs/whatif", "content-type: application/json\r\n", body)
    return f"/api/jobs/{json.loads(sent.text)['key']}"


# One reader --------------------------------------------------------------------------------------


async def server_time(address: str) -> Rows:
    """One question page, asked again and again; and rendered anew, with its pictures at hand."""
    async with reader_at(address) as reader:
        question = await a_question(address)
        facts = json.loads((await reader.get("/api/past")).text)["rows"]

        async def once(at: str) -> float:
            start = time.perf_counter()
            assert (await reader.ask("GET", at)).status == 200
            return time.perf_counter() - start

        await once(f"/q/{question}")
        again = [await once(f"/q/{question}") for _ in range(50)]
        anew = [await once(f"/q/{question}?open=row/{fact['id']}") for fact in facts]
    return [
        ("a question page, warm, on the server", f"{in_ms(again)} (budget 200 ms)"),
        ("the same with another fact beside it, rendered anew", in_ms(anew)),
    ]


def in_ms(seconds: Iterable[float]) -> str:
    return f"{1e3 * statistics.median(seconds):.1f} ms"


def in_a_browser(address: str, repeats: int) -> Rows:
    """First paint for a visitor who has nothing in his browser, and what was loaded for it."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        return [("first paint", "not measured: no Chromium on this machine")]
    question = asyncio.run(a_question(address))
    rows: Rows = []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        painted(browser, address, 1)  # the browser's own first page is not ours to count
        for at in ("/", f"/q/{question}", "/scores"):
            for slow, budget in ((1, 0.3), (SLOWED, 1.0)):
                paints = [painted(browser, address + at, slow)[0] for _ in range(repeats)]
                rows.append((f"first paint of {at}" + f", slowed {slow} times" * (slow > 1),
                             f"{statistics.median(paints):.2f} s (budget {budget} s)"))  # fmt: skip
            loaded = painted(browser, address + at, 1)[1]
            rows.append((f"loaded before the first picture of {at}",
                         f"{loaded / 1000:.0f} kB (budget 350 kB)"))  # fmt: skip
        browser.close()
    return rows


async def a_question(address: str) -> str:
    async with reader_at(address) as reader:
        return json.loads((await reader.get("/api/questions")).text)[0]["id"]


_PAINT = """new Promise(tell => new PerformanceObserver(list => {
    for (const one of list.getEntriesByName('first-contentful-paint')) tell(one.startTime);
}).observe({type: 'paint', buffered: true}))"""
_LOADED = """['navigation', 'resource'].flatMap(one => performance.getEntriesByType(one))
    .reduce((sum, one) => sum + one.encodedBodySize, 0)"""


def painted(browser: Any, at: str, slow: float) -> tuple[float, int]:
    """Seconds to the first paint of something to read, and bytes that came over the line."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
    page.goto(at, wait_until="load")
    paint = page.evaluate(_PAINT)
    loaded = page.evaluate(_LOADED)
    context.close()
    return paint / 1000, loaded


def calibration() -> float:
    """Seconds for a fixed loop of plain Python: what is left of a processor."""

    def loop() -> float:
        start = time.perf_counter()
        sum(i * i for i in range(2_000_000))
        return time.perf_counter() - start

    return statistics.median(loop() for _ in range(5))


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("theatre", nargs="?", default="iraq")
    given.add_argument("--seconds", type=float, default=SECONDS, help="of fifty readers, each way")
    given.add_argument("--repeats", type=int, default=7, help="of each first paint")
    asked = given.parse_args()
    with served(asked.theatre) as address:
        loop = calibration()
        rows = asyncio.run(server_time(address)) + in_a_browser(address, asked.repeats)
    for running, pause in CROWDS:
        with served(asked.theatre) as address:  # a new one: nothing of the last crowd is kept
            rows += asyncio.run(crowd(address, seconds=asked.seconds, running=running, pause=pause))
    rows.append(("2,000,000 rounds of plain Python, before and after",
                 f"{loop:.2f} s, {calibration():.2f} s"))  # fmt: skip
    write_results("app.md", "The app", (
        f"{asked.theatre}, {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, {date.today()}."), rows)  # fmt: skip


if __name__ == "__main__":
    main()
