"""The page in Chromium: nothing in a mail runs, calls out or breaks out; all can use it."""

import re
from pathlib import Path

import pytest
from chromium import PROGRAM, visit
from report_pages import page_of

from pytest_fakemail.report import capture
from pytest_fakemail.report.page import policy
from pytest_fakemail.zoo import zoo

pytestmark = pytest.mark.skipif(not PROGRAM, reason="needs Chromium, which .ci/run installs")

CHECKSUM = re.compile(r"sha256-[\w+/]+=")
AXE = Path(__file__).parents[1] / "clients/node/node_modules/axe-core/axe.min.js"

HOSTILE = {
    "script": "<script>console.log('pwned')</script>",
    "end of script": "</script></textarea></style></title><script>console.log('pwned')</script>",
    "comment": "<!--<script>--><img src=x onerror=console.log('pwned')>",
    "conditional comment": "<!--[if true]><script>console.log('pwned')</script><![endif]-->",
    "handlers": "<body onload=console.log('pwned')><details open ontoggle=console.log('pwned')>x",
    "svg": "<svg><script>console.log('pwned')</script><animate onbegin=console.log('pwned')>",
    "math": "<math><mi xlink:href='javascript:console.log(`pwned`)'>x</mi></math>",
    "mutation": "<noscript><p title='</noscript><img src=x onerror=console.log(`pwned`)>'>",
    "mutated style": "<svg><style><img title='</style><img src=x onerror=console.log(`pwned`)>'>",
    "frame": "<iframe srcdoc=\"<script>top.console.log('pwned')</script>\"></iframe>",
    "javascript": "<a href=\"javascript:console.log('pwned')\">x</a>"
    "<form action=\"javascript:console.log('pwned')\"><button autofocus>x</button></form>",
    "refresh": "<meta http-equiv=refresh content='0;url=http://evil.test/refresh'>",
    "base": "<base href='http://evil.test/'><img src=base.png><a href=x>y</a>",
    "hints": "<link rel=preconnect href='http://evil.test/'><link rel=dns-prefetch "
    "href='//evil.test'><link rel=prefetch href='http://evil.test/p'>"
    "<link rel=stylesheet href='http://evil.test/s.css'>",
    "images": "<img src=http://evil.test/1.png srcset='http://evil.test/2.png 2x'>"
    "<table background=http://evil.test/3.png><td>x</table><input type=image "
    "src=http://evil.test/4.png><video poster=http://evil.test/5.png src=http://evil.test/v>",
    "styles": "<style>@import 'http://evil.test/i.css';@font-face{font-family:f;"
    "src:url(http://evil.test/f)}body{background:url(http://evil.test/b.png);font-family:f}"
    "</style><p style=\"background:url('http://evil.test/6.png')\">x",
    "objects": "<object data=http://evil.test/o></object><embed src=http://evil.test/e>"
    "<applet code=x archive=http://evil.test/a></applet><frameset><frame src=http://evil.test/f>",
    "quotes": '<img alt=\'"><script>console.log("pwned")</script>\' title="\'><script>x">',
    "odd characters": "<p>\u2028\u2029\0\ufeff\u202e</p><script\0>console.log('pwned')</script>",
    "open tag": "<p title='<script>console.log(`pwned`)</script>",
    "image that is a page": "<img src='data:text/html,<script>console.log(`pwned`)</script>'>",
    "image that is a script": "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/"
    "svg'><image href='http://evil.test/s.png'/><script>console.log('pwned')</script></svg>\">",
}


def hostile_mail(markup: str) -> bytes:
    """Return a mail that has the markup wherever anything may stand."""
    line = re.sub(r"[\r\n\0]", " ", markup)
    quoted = line.replace("\\", r"\\").replace('"', r"\"")
    return (
        f'From: "{quoted}" <ann@x.test>\r\nTo: <b@x.test>\r\nSubject: {line}\r\nX-Other: {line}\r\n'
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{markup}\r\n"
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{markup}\r\n"
        f'--b\r\nContent-Type: text/html; name="{quoted}"\r\nContent-ID: <{line}>\r\n'
        f'Content-Disposition: attachment; filename="{quoted}"\r\n\r\n{markup}\r\n--b--\r\n'
    ).encode(errors="surrogatepass")


def opened(page: Path) -> Path:
    """Let a copy of the page's own script open all that is folded, and be allowed to."""
    text = page.read_text(encoding="utf-8")
    start = text.rindex("<script>") + len("<script>")
    end = text.rindex("</script>")
    script = text[start:end]
    more = f"""{script}
        for (let round = 0; round < 4; round += 1)
          for (const one of document.querySelectorAll("details.more")) one.open = true;
        setTimeout(() => {{
          for (const one of document.querySelectorAll("details.more")) one.open = true;
          for (const one of document.querySelectorAll("iframe")) one.loading = "eager";
        }}, 100);"""
    text = text[:start] + more + text[end:]
    was, becomes = (CHECKSUM.findall(policy(one))[0] for one in (script, more))
    assert text.count(was) == 1
    page.write_text(text.replace(was, becomes), encoding="utf-8")
    return page


def test_the_browser_would_tell(tmp_path: Path) -> None:
    """Without this, the next tests could not fail."""
    page = tmp_path / "page.html"
    page.write_text(
        "<script>console.log('pwned')</script><img src=http://evil.test/x.png>", encoding="utf-8"
    )
    seen = visit(page, tmp_path)
    assert "pwned" in seen.console
    assert "evil.test" in seen.network


def test_nothing_in_a_mail_runs_or_calls_out(tmp_path: Path) -> None:
    mails = {f"test[{markup}]": hostile_mail(markup) for markup in HOSTILE.values()}
    page = opened(page_of(tmp_path, mails, outcome="failed", said=HOSTILE["end of script"]))
    seen = visit(page, tmp_path)
    assert seen.dom.count("<iframe") >= len(HOSTILE) - 2
    assert seen.dom.count('class="mail"') == len(HOSTILE)
    assert "pwned" not in seen.console
    assert "Blocked script" not in seen.console  # nothing even tried
    assert "Uncaught" not in seen.console
    assert "evil.test" not in seen.network


def test_the_frame_alone_would_hold_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If something got through the list of what is allowed, it could do nothing."""
    monkeypatch.setattr(capture, "framed", lambda markup, _: markup)
    mails = {f"test[{name}]": hostile_mail(HOSTILE[name]) for name in HOSTILE if name != "hints"}
    seen = visit(opened(page_of(tmp_path, mails)), tmp_path)
    assert "Blocked script" in seen.console
    assert "pwned" not in seen.console
    assert "evil.test" not in seen.network


def test_every_mail_of_the_zoo_is_shown(tmp_path: Path) -> None:
    mails = {f"test[{name}]": zoo[name].raw for name in zoo}
    assert len(mails) > 100
    seen = visit(opened(page_of(tmp_path, mails)), tmp_path)
    assert seen.dom.count('class="mail"') == len(mails)
    assert "Uncaught" not in seen.console
    assert "Blocked script" not in seen.console
    hosts = set(re.findall(r'"url":"(https?://[^/"]+)', seen.network))
    assert not {host for host in hosts if host.endswith((".test", ".example", ".invalid"))}


def test_what_a_sweep_has_found_stands_before_its_connections(
    pytester: pytest.Pytester, tmp_path: Path
) -> None:
    pytester.makepyfile("""
        import smtplib

        def test_it(fakemail):
            def action():
                with smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client:
                    client.sendmail("a@x.test", "ann@x.test", "Subject: x\\n\\n")

            fakemail.sweep(action, only="lose_reply").assert_fine()
    """)
    page = pytester.path / "mail.html"
    pytester.runpytest(f"--fakemail-report={page}")
    dom = visit(page, tmp_path).dom
    places = [dom.index(text) for text in ("Sweep: 6 rows: ", ">Conversation<", "Connection 8")]
    assert places == sorted(places)
    assert "said failed but was sent</span> mail to ann@x.test was sent</div>" in dom


def test_people_can_use_it_who_do_not_see_it(tmp_path: Path) -> None:
    if not AXE.is_file():
        pytest.skip("needs axe-core, which npm installs in tests/clients/node")
    mails = {"test_one": hostile_mail("<b>Hello</b>"), "test_two": b"Subject: x\r\n\r\ny\r\n"}
    page = opened(page_of(tmp_path, mails, outcome="failed", said="it failed"))
    text = page.read_text(encoding="utf-8")
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text, count=1)
    check = """<script>setTimeout(() => axe.run(document, {iframes: false}).then((found) => {
        const place = document.createElement("pre");
        place.id = "axe";
        place.textContent = "[" + found.violations.map((one) => one.id).join(" ") + "] of "
          + found.passes.length;
        document.body.append(place);
        }), 1000);</script>"""
    axe = AXE.read_text(encoding="utf-8")
    page.write_text(text.replace("</body>", f"<script>{axe}</script>{check}</body>"), "utf-8")
    found = re.search(r'<pre id="axe">\[(.*)\] of (\d+)', visit(page, tmp_path).dom)
    assert found is not None
    assert found[1] == ""
    assert int(found[2]) > 20
