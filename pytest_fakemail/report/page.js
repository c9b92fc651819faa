"use strict";
// Everything that came from a mail goes into the page as text, never as markup; its HTML into a
// frame that has no rights.
const MOST_LINES = 6, MOST_CHARACTERS = 400, MOST_DUMPED = 16384, MOST_OPENED = 50;

function make(name, content, attributes) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
  for (const one of [content].flat()) if (one != null && one !== "") element.append(one);
  return element;
}
const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const octets = (data) => Uint8Array.from(data, (one) => one.charCodeAt(0));
const badge = (word, kind) => make("span", word, { class: `badge ${kind}` });

function folded(title, fill, attributes) {
  const summary = make("summary", title), details = make("details", summary, { class: "more", ...attributes });
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(...[fill()].flat());
  });
  return details;
}
function scrolled(text, label, kind) {
  return make("pre", text, { tabindex: "0", role: "group", "aria-label": label, ...(kind ? { class: kind } : {}) });
}
// Octets as text: controls as their pictures, what turns the direction of writing as an escape.
function readable(data) {
  const text = new TextDecoder().decode(octets(data)).replace(/\r\n/g, "\n");
  return shown(text);
}
function shown(text) {
  return text.replace(/[\0-\x08\x0b-\x1f]/g, (one) => String.fromCharCode(0x2400 + one.charCodeAt(0)))
    .replace(/[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
      (one) => "\\u" + one.charCodeAt(0).toString(16).padStart(4, "0"));
}
function dump(data) {
  const lines = [], end = Math.min(data.length, MOST_DUMPED);
  for (let place = 0; place < end; place += 16) {
    const row = data.slice(place, Math.min(place + 16, end));
    const hex = Array.from(row, (one) => one.charCodeAt(0).toString(16).padStart(2, "0")).join(" ");
    lines.push(`${place.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${row.replace(/[^\x20-\x7e]/g, ".")}`);
  }
  if (end < data.length) lines.push(`… ${count(data.length - end, "more octet")}`);
  return lines.join("\n");
}
function download(label, name, data) {
  const plain = (name || "attachment").replace(/[^\w.@+ -]+/g, "_").replace(/^[. ]+/, "_").slice(-100);
  return make("a", label, { href: `data:application/octet-stream;base64,${data}`, download: plain });
}

// One connection: who spoke, when.
function kindOf(note) {
  if (/^(fault:|the server is down)/.test(note)) return "fault";
  if (note.startsWith("policy:")) return "policy";
  if (note.startsWith("login refused")) return "refused";
  return "event";
}
function eventItem(event, time) {
  const kind = kindOf(event.note), parts = [];
  if (kind === "fault") parts.push(badge("fault", "fault"), " ");
  if (kind === "policy") parts.push(badge("policy", "policy"), " ");
  if (event.note.startsWith("TLS")) parts.push(badge("TLS", "tls"), " ");
  if (kind === "refused") parts.push(badge("login", "login"), " ");
  const step = make("div", [...parts, shown(event.note)], { class: "note" });
  return make("li", [make("span", time, { class: "time" }), step], { class: `event ${kind}` });
}
function dataOf(event) {
  if (event.head === undefined) return event.data || "";
  return `${event.head}\r\n... ${event.octets_not_kept} octets not kept ...\r\n${event.tail}`;
}
function messageItem(event, data, time, speaker) {
  const text = readable(data).replace(/\n$/, ""), lines = text.split("\n");
  const brief = lines.slice(0, MOST_LINES).join("\n").slice(0, MOST_CHARACTERS);
  const line = make("div", speaker, { class: "arrow" });
  const parts = [line];
  if (/^(AUTH|AUTHENTICATE|LOGIN|USER|PASS|APOP|response)$/.test(event.verb || "")) parts.push(badge("login", "login"));
  if (/^(STARTTLS|STLS)$/.test(event.verb || "")) parts.push(badge("TLS", "tls"));
  parts.push(make("code", brief));
  const hidden = text.length - brief.length;
  if (hidden > 0) {
    const title = `… ${lines.length > MOST_LINES ? count(lines.length - MOST_LINES, "more line") : count(hidden, "more character")}`;
    parts.push(folded(title, () => scrolled(text, "all of the passage")));
  }
  if (event.cut) parts.push(make("p", `${count(event.cut, "octet")} not kept: the test has reached its limit`, { class: "warning" }));
  parts.push(folded(count(data.length, "octet"), () => scrolled(dump(data), "octets")));
  const step = make("div", parts, { class: "step" });
  return make("li", [make("span", time, { class: "time" }), step], { class: speaker });
}
function joined(events) {
  const rows = [];
  for (const event of events) {
    const last = rows[rows.length - 1];
    if (event.from === "server" && last && last.from === "server" && event.data !== undefined && last.data !== undefined) {
      rows[rows.length - 1] = { ...last, data: last.data + event.data, cut: (last.cut || 0) + (event.cut || 0) };
    } else rows.push(event);
  }
  return rows;
}
const address = ([host, port]) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);

function talk(connection, events) {
  const title = [`Connection ${connection.number}: ${connection.protocol.toUpperCase()}, port ${connection.local[1]} `];
  if (connection.is_implicit_tls) title.push(badge("implicit TLS", "tls"), " ");
  if (connection.tls) title.push(badge(connection.tls.version, "tls"), " ");
  if (connection.user) title.push(badge(`login ${shown(connection.user)}`, "login"));
  const begin = events.length ? events[0].at : 0;
  const lanes = make("li", [make("span", "seconds"), make("div", [make("span", `client ${address(connection.peer)}`),
    make("span", `server ${address(connection.local)}`)])], { class: "lanes" });
  const list = make("ol", lanes, { class: "talk", "aria-label": `Connection ${connection.number}` });
  for (const event of joined(events)) {
    const time = `+${(event.at - begin).toFixed(3)}`;
    if (event.note !== undefined) list.append(eventItem(event, time));
    else if (dataOf(event)) list.append(messageItem(event, dataOf(event), time, event.from));
  }
  return [make("h4", title), list];
}

// One mail, as its reader sees it.
function frame(html) {
  const element = make("iframe", null, { sandbox: "", title: "the mail's HTML", loading: "lazy", referrerpolicy: "no-referrer" });
  element.srcdoc = html;
  return element;
}
function list(pairs) {
  return make("dl", pairs.filter(([, value]) => value !== "").flatMap(([name, value]) => [make("dt", name), make("dd", String(value))]));
}
function fileItem(file) {
  const about = ` ${file.type}, ${count(file.octets, "octet")}${file.inline ? ", inline" : ""}${file.id ? `, Content-ID ${file.id}` : ""}`;
  const name = file.name || "(no name)";
  return make("li", [file.data === null ? `${name} (too large to be kept)` : download(name, file.name, file.data), about]);
}
function mailOf(mail, title) {
  const parts = [make("h4", title)];
  const left = [list([["Subject", mail.subject || "(none)"], ["From", mail.from.join(", ")], ["To", mail.to.join(", ")]])];
  if (mail.html === null) left.push(make("p", "The HTML is too large to be kept.", { class: "warning" }));
  if (mail.html) left.push(frame(mail.html));
  if (mail.text) {
    const text = () => scrolled(shown(mail.text), "the mail's text");
    left.push(mail.html ? folded("Plain text", text) : text());
  }
  if (mail.attachments.length) left.push(make("p", count(mail.attachments.length, "attachment")), make("ul", mail.attachments.map(fileItem), { class: "files" }));
  const right = [];
  if (mail.envelope) right.push(make("p", make("strong", "Envelope")), list(Object.entries(mail.envelope).map(([name, value]) => [name, [value].flat().join(", ")])));
  right.push(folded(`Headers, decoded (${mail.headers.length})`, () => list(mail.headers)));
  right.push(folded("Headers, raw", () => scrolled(readable(mail.header), "raw headers")));
  if (mail.source === null) right.push(make("p", `The source (${count(mail.octets, "octet")}) is too large to be kept.`, { class: "warning" }));
  else {
    right.push(folded(`Source (${count(mail.octets, "octet")})`, () => [scrolled(readable(atob(mail.source)), "source"),
      folded("as octets", () => scrolled(dump(atob(mail.source)), "octets"))]));
    right.push(make("ul", make("li", download("Download the mail (.eml)", "mail.eml", mail.source)), { class: "files" }));
  }
  parts.push(make("div", [make("div", left), make("div", right)], { class: "sides" }));
  return make("article", parts, { class: "mail" });
}

function table(caption, heads, rows) {
  const head = make("thead", make("tr", heads.map((one) => make("th", one, { scope: "col" }))));
  const body = make("tbody", rows.map((row) => make("tr", row.map((cell) => make("td", cell instanceof Node ? cell : String(cell))))));
  return make("div", make("table", [make("caption", caption), head, body]), { class: "scroll", tabindex: "0", role: "group", "aria-label": caption });
}
function mailboxOf(mailbox) {
  const caption = `${mailbox.account}, ${mailbox.name}: ${count(mailbox.count, "message")}`;
  const rows = mailbox.messages.map((one) => [one.uid, one.subject || "(no subject)", one.flags.join(" "), one.received,
    one.mail === null ? `outbox[${one.delivery}]` : "below"]);
  const parts = [table(caption, ["UID", "Subject", "Flags", "Received", "Mail"], rows)];
  for (const one of mailbox.messages) if (one.mail !== null) {
    const title = `UID ${one.uid}: ${one.subject || "(no subject)"}`;
    parts.push(folded(title, () => mailOf(one.mail, title)));
  }
  if (mailbox.count > rows.length) parts.push(make("p", `${mailbox.count - rows.length} more are not shown.`, { class: "warning" }));
  return parts;
}
function sweepOf(sweep) {
  return table(`Sweep: ${sweep.summary}`, ["No.", "Step", "Fault", "The app said", "Verdict", "To reproduce"],
    sweep.rows.map((one) => [one.number, one.step, one.fault, one.said, make("div", [badge(one.verdict, one.verdict === "fine" ? "passed" : "failed"), ` ${one.found}`]), make("code", one.line)]));
}
function conductItem(one) {
  return make("li", folded(one.text, () => scrolled(one.lines, "lines of the transcript")));
}
function fakemailOf(one, title) {
  const parts = title ? [make("h3", title)] : [];
  for (const note of one.notes) parts.push(make("p", note, { class: "warning" }));
  if (one.not_kept.exchanges) parts.push(make("p", `The first ${count(one.not_kept.exchanges, "exchange")} are beyond the transcript's limit.`, { class: "warning" }));
  if (one.sweeps.length) parts.push(make("h3", "Sweeps"), ...one.sweeps.map(sweepOf));
  if (one.connections.length) parts.push(make("h3", "Conversation"));
  for (const connection of one.connections) parts.push(...talk(connection, one.events.filter((event) => event.connection === connection.number)));
  if (one.conduct.length) parts.push(make("h3", "Conduct"), make("ul", one.conduct.map(conductItem), { class: "files" }));
  if (one.mails.length) parts.push(make("h3", `Outbox: ${count(one.mails.length, "mail")}`));
  one.mails.forEach((mail, place) => parts.push(mailOf(mail, `outbox[${place}]`)));
  if (one.mailboxes.length) parts.push(make("h3", "Mailboxes at the end"), ...one.mailboxes.flatMap(mailboxOf));
  if (one.queue) parts.push(make("h3", "Queue at the end"), scrolled(one.queue, "what waits to be sent on"));
  if (!parts.length) parts.push(make("p", "Nobody connected, and there is no mail."));
  return parts;
}
function attemptOf(number, title) {
  const place = document.getElementById(`d${number}`), parts = [];
  if (title) parts.push(make("h3", [`${title} `, badge(place.dataset.outcome, place.dataset.outcome), ` ${place.dataset.seconds} s`]));
  if (!place.textContent) return [...parts, make("p", "Left out: the run has reached its limit.", { class: "warning" })];
  const data = JSON.parse(place.textContent);
  if (data.said) parts.push(scrolled(data.said, "what the failure says", "said"));
  if (data.cut) parts.push(make("p", `Cut: ${count(data.cut, "octet")} of this test are not kept.`, { class: "warning" }));
  data.fakemails.forEach((one, index) => parts.push(...fakemailOf(one, data.fakemails.length > 1 ? `FakeMail ${index + 1} of ${data.fakemails.length}` : "")));
  return parts;
}
function fill(test) {
  const body = test.querySelector(".body");
  if (body.childElementCount) return;
  const numbers = test.dataset.attempts.split(" ");
  numbers.forEach((number, index) => body.append(...attemptOf(number, numbers.length > 1 ? `Attempt ${index + 1}` : "")));
}

// The list: search, outcome, open and close.
const tests = Array.from(document.querySelectorAll(".test"), (element) => ({ element, words: element.querySelector("summary").textContent.toLowerCase() }));
const words = document.getElementById("words"), outcome = document.getElementById("outcome");
function filter() {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const { element, words: text } of tests) {
    const isShown = (!outcome.value || element.dataset.outcome === outcome.value) && wanted.every((word) => text.includes(word));
    element.hidden = !isShown;
    found += isShown;
  }
  document.getElementById("found").textContent = `${count(found, "test")} shown`;
}
function openTest(element) {
  fill(element);
  element.open = true;
}
for (const { element } of tests) element.addEventListener("toggle", () => element.open && fill(element));
words.addEventListener("input", filter);
outcome.addEventListener("change", filter);
document.getElementById("open").addEventListener("click", () => {
  const closed = tests.filter(({ element }) => !element.hidden && !element.open), now = closed.slice(0, MOST_OPENED);
  now.forEach((one) => openTest(one.element));
  document.getElementById("found").textContent = `${count(now.length, "test")} opened, ${closed.length - now.length} left`;
});
document.getElementById("close").addEventListener("click", () => tests.forEach((one) => { one.element.open = false; }));
document.querySelector(".controls").hidden = false;
filter();
// A link to one test opens it; "#all" opens all, for printing.
function follow() {
  const name = decodeURIComponent(location.hash.slice(1));
  for (const { element } of tests) if (name === "all" || name === element.id) openTest(element);
}
window.addEventListener("hashchange", follow);
follow();
if (!location.hash && tests.length && /^(failed|error)$/.test(tests[0].element.dataset.outcome)) openTest(tests[0].element);
