"""A headless Chromium: what becomes of a page, what its scripts say, where it goes."""

import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from children import started
from clients.programs import environment

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome") or ""
LONG = 120
"""Seconds that it may take to start, for the first time on its machine, and to show a page."""


@dataclass(frozen=True)
class Visit:
    """What a browser made of a page: its elements, its console, its log of the network."""

    dom: str
    console: str
    network: str


def visit(page: Path, scratch: Path, *, anchor: str = "all") -> Visit:
    """Open a page, with all tests in it opened.

    It needs nothing of the machine: no home, no proxy, no name server (no name is ever found).
    What it prints goes to files, for a process that it leaves behind would keep a pipe open.
    """
    log = scratch / "network.json"
    command = [
        PROGRAM,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-breakpad",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-extensions",
        "--disable-features=MediaRouter,OptimizationHints,Translate",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--no-first-run",
        "--no-proxy-server",
        "--password-store=basic",
        f"--user-data-dir={scratch / 'profile'}",
        "--enable-logging=stderr",
        f"--log-net-log={log}",
        "--net-log-capture-mode=Everything",
        "--virtual-time-budget=10000",
        "--dump-dom",
        f"{page.as_uri()}#{anchor}",
    ]
    dom, console = scratch / "dom", scratch / "console"
    with (
        dom.open("wb") as to_dom,
        console.open("wb") as to_console,
        started(command, stdout=to_dom, stderr=to_console, env=environment(scratch)) as process,
        suppress(subprocess.TimeoutExpired),
    ):
        process.wait(LONG)
    shown, said = [path.read_text(encoding="utf-8", errors="replace") for path in (dom, console)]
    assert process.returncode == 0, (
        f"Chromium ended with {process.returncode} within {LONG} s; it said: {said}"
    )
    return Visit(shown, said, log.read_text(encoding="utf-8", errors="replace"))
