"""Make the pictures of the README and of the pages: ``python docs/pictures/make.py``.

``failure.svg`` and ``failure.txt`` are what pytest prints for a failing test, ``report.png`` is the
page of a run, which takes a Chromium and the extra ``report``.
"""

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).parent
COLUMNS = 88
APP = """\
import smtplib
from email.message import EmailMessage


def signup(address, smtp, *, as_html=False):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.test", address, "Welcome"
    mail.set_content("Hello Ann! Your code is 482913.\\n")
    if as_html:
        mail.add_alternative(
            "<h1>Hello Ann!</h1><p>Your code is <b>482913</b>.</p>"
            "<p><a href='https://shop.example.test/confirm/5f2c'>Confirm your address</a></p>",
            subtype="html",
        )
    with smtplib.SMTP(*smtp) as client:
        client.send_message(mail)
"""
FAILURE = """\
from shop import signup


def test_signup_sends_a_welcome(fakemail):
    signup("ann@example.test", smtp=fakemail.smtp.address)

    fakemail.outbox.one(to="ann@example.test", subject="Welcome, Ann")
"""
OTHERS = """\
from shop import signup


def test_a_busy_mailbox_is_tried_again(fakemail):
    fakemail.smtp.when("RCPT").reply(450, "4.2.1 Mailbox busy").once()
    signup("ann@example.test", smtp=fakemail.smtp.address)
    fakemail.outbox.one(to="ann@example.test")


def test_the_code(fakemail):
    signup("ann@example.test", smtp=fakemail.smtp.address, as_html=True)
    assert fakemail.outbox.one().code() == "482913"
"""
SGR = re.compile(r"\x1b\[([\d;]*)m")
COLOURS = {
    "30": "#8b949e",
    "31": "#ff7b72",
    "32": "#7ee787",
    "33": "#e3b341",
    "34": "#79c0ff",
    "35": "#d2a8ff",
    "36": "#76e3ea",
    "37": "#e6edf3",
}
FONTS = "ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace"
WIDTH, HEIGHT, MARGIN = 8.4, 18, 16  # of a character and of the frame, in pixels


def run(home: Path, *arguments: str) -> str:
    """Run pytest on what is there; return what it prints, in colours."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", *arguments],
        cwd=home,
        env={"PATH": os.environ["PATH"], "COLUMNS": str(COLUMNS), "PY_COLORS": "1"},
        capture_output=True,
        text=True,
        check=False,  # a test fails, that is the point
    )
    return done.stdout


def cells(text: str) -> Iterator[list[tuple[str, str]]]:
    """Yield each row of the terminal: its characters with their styles."""
    style = ""
    for line in text.split("\n"):
        row: list[tuple[str, str]] = []
        for place, piece in enumerate(SGR.split(line)):
            if place % 2:
                style = styled(style, piece)
            else:
                row += ((character, style) for character in piece)
        yield row[:COLUMNS]
        for begin in range(COLUMNS, len(row), COLUMNS):
            yield row[begin : begin + COLUMNS]


def styled(style: str, codes: str) -> str:
    """Return the attributes of text from here on."""
    for code in codes.split(";"):
        if code in {"", "0", "00", "39"}:
            style = ""
        elif code in {"1", "01"}:
            style += ' font-weight="bold"'
        elif code[-1:] in "01234567" and code[:-1] in {"3", "9"}:
            style = re.sub(r' fill="[^"]*"', "", style) + f' fill="{COLOURS["3" + code[-1]]}"'
    return style


def drawn(text: str, title: str) -> str:
    """Return a picture of a terminal."""
    rows = list(cells(text))
    width, height = COLUMNS * WIDTH + 2 * MARGIN, len(rows) * HEIGHT + 2 * MARGIN
    shown = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="{width:.0f}" height="{height}" rx="8" fill="#0d1117"/>',
        f'<g fill="#e6edf3" font-family="{FONTS}" font-size="14">',
    ]
    for number, row in enumerate(rows):
        column, base = 0, MARGIN + number * HEIGHT + 14
        for style, group in groupby(row, key=lambda cell: cell[1]):
            piece = "".join(character for character, _ in group)
            if piece.strip():
                indent = len(piece) - len(piece.lstrip())
                kept = piece.strip().replace(" ", "\xa0")  # blanks would be folded
                shown.append(
                    f'<text x="{MARGIN + (column + indent) * WIDTH:.1f}" y="{base}"{style}'
                    f' textLength="{len(kept) * WIDTH:.1f}">{html.escape(kept)}</text>'
                )
            column += len(piece)
    return "\n".join([*shown, "</g>", "</svg>", ""])


def tidied(text: str) -> str:
    """Leave out what is before the failure, and the time that it took."""
    lines = text.rstrip().split("\n")
    begin = next(place for place, line in enumerate(lines) if "FAILURES" in line)
    return re.sub(r" in \d+\.\d+s", "", "\n".join(lines[begin:]))


def make_failure(home: Path) -> None:
    """Draw what pytest prints for the failing test, and write it as text."""
    text = tidied(run(home, "test_shop.py"))
    title = "A failed test: what was wanted, what came, the conversation, and what was sent"
    (HERE / "failure.svg").write_text(drawn(text, title), encoding="utf-8")
    plain = "\n".join(line.rstrip() for line in SGR.sub("", text).split("\n"))
    (HERE / "failure.txt").write_text(f"{plain}\n", encoding="utf-8")


def photograph(page: str, picture: Path, size: str, *options: str) -> None:
    """Have Chromium open a page and take a picture of it."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("no Chromium")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                *(browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
                *("--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking"),
                *(f"--user-data-dir={profile}", f"--window-size={size}"),
                *("--virtual-time-budget=5000", f"--screenshot={picture}", *options, page),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


def main() -> None:
    """Make them all."""
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        (home / "shop.py").write_text(APP, encoding="utf-8")
        (home / "test_shop.py").write_text(FAILURE, encoding="utf-8")
        make_failure(home)
        (home / "test_others.py").write_text(OTHERS, encoding="utf-8")
        run(home, "--fakemail-report=mail.html")
        page = (home / "mail.html").as_uri()
        photograph(f"{page}#all", HERE / "report.png", "1000,1100")


if __name__ == "__main__":
    main()
