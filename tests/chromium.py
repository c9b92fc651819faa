"""A headless Chromium: what becomes of a page, what its scripts say, where it goes."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome") or ""


@dataclass(frozen=True)
class Visit:
    """What a browser made of a page: its elements, its console, its log of the network."""

    dom: str
    console: str
    network: str


def visit(page: Path, scratch: Path, *, anchor: str = "all") -> Visit:
    """Open a page, with all tests in it opened."""
    log = scratch / "network.json"
    done = subprocess.run(
        [
            PROGRAM,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            f"--user-data-dir={scratch / 'profile'}",
            "--enable-logging=stderr",
            f"--log-net-log={log}",
            "--net-log-capture-mode=Everything",
            "--virtual-time-budget=10000",
            "--dump-dom",
            f"{page.as_uri()}#{anchor}",
        ],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=True,
    )
    return Visit(done.stdout, done.stderr, log.read_text(encoding="utf-8", errors="replace"))
