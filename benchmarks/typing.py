"""The journal page under a slow processor and a thin line, beside a page of one cell with the same style sheets.

Ratios in one run: work of the main thread a key, key to paint, interactive at a processor four times slower, and on a line
of 0.4 Mbit/s with 400 ms. Then: how many operations the endpoint saves a second, with SQLite waiting for the disk.
"""

import itertools
import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

import waitress
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import CDPSession, Page, sync_playwright
from sqlalchemy import Engine, select

from journal import schema as s
from journal.access.actor import System
from journal.services import database
from tests.conftest import CHROMIUM, free_port

KEYS, ROUNDS, SLOWER = 81, 3, 4
ONE_CELL = """<!doctype html><html lang="ru"><head><meta charset="utf-8"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/css/base.css"><link rel="stylesheet" href="/static/css/classbook.css"></head><body>
<header class="bar"></header><main class="jpage"><div class="wrap"><table class="g" role="grid"><tbody><tr>
<td role="gridcell" tabindex="0"></td></tr></tbody></table></div></main>
<script type="module" src="/one-cell.js"></script></body></html>"""
ONE_CELL_SCRIPT = """const td = document.querySelector('td');
td.addEventListener('keydown', e => { if (e.key.length === 1) { td.textContent = e.key; td.className = 'm' + e.key; } });
td.focus(); document.documentElement.dataset.ready = '1';"""
WATCH = """() => { window.paints = [];
document.addEventListener('keydown', () => { const begun = performance.now(); requestAnimationFrame(() => {
const after = new MessageChannel(); after.port1.onmessage = () => window.paints.push(performance.now() - begun);
after.port2.postMessage(0); }); }, true); }"""
Say = Callable[[str, float, str], None]


def measure(app: Flask, journal: int, login: tuple[str, str], say: Say) -> None:
    """Print the ratios."""
    port = free_port()
    server = waitress.create_server(app, host="127.0.0.1", port=port, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=f"http://127.0.0.1:{port}")
        page = context.new_page()
        page.goto("/login")
        page.fill("#username", login[0])
        page.fill("#password", login[1])
        page.click("main button")
        page.route("**/one-cell", lambda route: route.fulfill(body=ONE_CELL, content_type="text/html"))
        page.route("**/one-cell.js", lambda route: route.fulfill(body=ONE_CELL_SCRIPT, content_type="text/javascript"))
        tool = context.new_cdp_session(page)
        tool.send("Network.enable")
        tool.send("Performance.enable")
        found = {address: _of_page(page, tool, address) for address in ("/one-cell", f"/classbook/{journal}")}
        one, ours = found["/one-cell"], found[f"/classbook/{journal}"]
        for name in one:
            say(f"journal 30 x 40, {SLOWER} x slower: {name}", ours[name], "ms")
            say(f"journal 30 x 40, {SLOWER} x slower: {name}, to one cell", ours[name] / one[name], "x")
        browser.close()
    server.close()


def _of_page(page: Page, tool: CDPSession, address: str) -> dict[str, float]:
    """The medians of some rounds."""
    rounds = [_round(page, tool, address) for _ in range(ROUNDS)]
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def _round(page: Page, tool: CDPSession, address: str) -> dict[str, float]:
    tool.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    interactive = _ready(page, tool, address)
    page.evaluate(WATCH)
    before = _work(tool)
    for number, digit in zip(range(KEYS), itertools.cycle("5432")):
        page.keyboard.press(digit)
        if number % 27 == 26 and address != "/one-cell":
            page.keyboard.press("Control+Home")
    page.wait_for_timeout(400)
    work = (_work(tool) - before) / KEYS
    paints = sorted(page.evaluate("window.paints"))
    _line(tool, latency=400, speed=50_000)
    thin = _ready(page, tool, address)
    _line(tool, latency=0, speed=-1)
    tool.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return {
        "main thread a key": work,
        "key to paint, p50": statistics.median(paints),
        "key to paint, p95": paints[int(len(paints) * 0.95)],
        "interactive": interactive,
        "interactive on 0.4 Mbit/s": thin,
    }


def _line(tool: CDPSession, latency: int, speed: int) -> None:
    """A line of so many milliseconds and bytes a second; -1 is without a limit."""
    line = {"offline": False, "latency": latency, "downloadThroughput": speed, "uploadThroughput": speed}
    tool.send("Network.emulateNetworkConditions", line)


def _ready(page: Page, tool: CDPSession, address: str) -> float:
    """From the beginning of the navigation to the moment when keys work, with an empty cache, in milliseconds."""
    tool.send("Network.clearBrowserCache")
    page.goto("about:blank")
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("html[data-ready]", state="attached")
    return (time.perf_counter() - begun) * 1000


def _work(tool: CDPSession) -> float:
    """What the main thread has worked so far, in milliseconds."""
    metrics: list[dict[str, Any]] = tool.send("Performance.getMetrics")["metrics"]
    return next(1000 * one["value"] for one in metrics if one["name"] == "TaskDuration")


def saved_a_second(client: FlaskClient, journal: int, engine: Engine, say: Say) -> None:
    """How many operations the endpoint saves a second, alone and in batches as the browser sends them."""
    with database.work(engine, System("command")) as session:
        cells = session.execute(
            select(s.Mark.lesson_id, s.Mark.student_id, s.Mark.value).where(s.Mark.assignment_id == journal).limit(60)
        ).all()
    values = {(lesson, student): value for lesson, student, value in cells}
    places = itertools.cycle(values)
    for size in (1, 10, 60):
        count, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < 3:
            ops = []
            for lesson, student in itertools.islice(places, size):
                base, value = values[lesson, student], "2" if values[lesson, student] != "2" else "5"
                values[lesson, student] = value
                name = f"rate-{size}-{count:08}"
                ops.append({"id": name, "lesson": lesson, "student": student, "value": value, "base": base})
                count += 1
            answer = client.post(f"/classbook/{journal}/ops", json={"ops": ops}).get_json()
            assert all(result["state"] == "saved" for result in answer["results"]), answer
        say(f"operations saved a second, {size} a request", count / (time.perf_counter() - begun), "1/s")
