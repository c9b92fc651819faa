// Do one task on an IMAP server with imapflow, as JSON on standard input says; print JSON.
const fs = require("fs");
const { ImapFlow } = require("imapflow");

const asked = JSON.parse(fs.readFileSync(0, "utf8"));

const tasks = {
  // All messages of INBOX, one character an octet.
  async read(client) {
    await client.mailboxOpen("INBOX", { readOnly: true });
    const messages = await client.fetchAll("1:*", { source: true });
    return messages.map((message) => message.source.toString("latin1"));
  },

  // What imapflow makes of the mailboxes and of a message's structure.
  async look(client) {
    const mailboxes = await client.list({ statusQuery: { messages: true, unseen: true } });
    await client.mailboxOpen("INBOX", { readOnly: true });
    const message = await client.fetchOne("1", {
      envelope: true,
      bodyStructure: true,
      flags: true,
      labels: true,
      threadId: true,
      size: true,
    });
    const [file] = message.bodyStructure.childNodes.filter((part) => part.disposition);
    const { content } = await client.download("1", file.part);
    let attachment = "";
    for await (const chunk of content) {
      attachment += chunk.toString("latin1");
    }
    return {
      enabled: [...client.enabled],
      mailboxes: mailboxes.map(({ path, specialUse, status }) => ({ path, specialUse, status })),
      subject: message.envelope.subject,
      from: message.envelope.from,
      filename: file.dispositionParameters.filename,
      flags: [...message.flags],
      emailId: message.emailId,
      attachment,
    };
  },

  // File, flag, move, delete, append: what a mail app does in a day.
  async work(client) {
    await client.mailboxCreate("Work/Größe");
    await client.mailboxOpen("INBOX");
    const found = await client.search({ subject: "Rechnung für", seen: false }, { uid: true });
    await client.messageFlagsAdd(found, ["\\Seen", "$Paid"], { uid: true });
    const moved = await client.messageMove(found, "Work/Größe", { uid: true });
    await client.messageCopy("1", "Archive");
    await client.messageDelete({ subject: "spam" });
    const appended = await client.append("Drafts", "Subject: draft\r\n\r\nText\r\n", ["\\Draft"]);
    await client.mailboxRename("Work", "Arbeit");
    const status = await client.status("Arbeit/Größe", { messages: true, uidNext: true });
    const quota = await client.getQuota("INBOX");
    return {
      moved: [...moved.uidMap],
      appended: [appended.uid, appended.uidValidity.toString()],
      messages: status.messages,
      usage: quota && quota.storage ? quota.storage.usage : null,
    };
  },

  // A whole day, as far as every server has it; where there is no IDLE, the app polls.
  async day(client) {
    const mailboxes = await client.list({ statusQuery: { messages: true } });
    const { path } = await client.mailboxCreate("Work");
    await client.mailboxOpen("INBOX");
    const found = await client.search({ subject: "Invoice" }, { uid: true });
    const items = { envelope: true, bodyStructure: true, flags: true, size: true, source: true };
    const message = await client.fetchOne("2", items, { uid: true });
    const [file] = message.bodyStructure.childNodes.filter((part) => part.disposition);
    const { content } = await client.download("2", file.part, { uid: true });
    let attachment = "";
    for await (const chunk of content) {
      attachment += chunk.toString("latin1");
    }
    await client.messageFlagsAdd("2", ["\\Seen", "\\Flagged"], { uid: true });
    await client.messageCopy("1", path, { uid: true });
    await client.messageMove("2", path, { uid: true });
    await client.messageDelete("3", { uid: true });
    await client.append(path, "Subject: draft\r\n\r\nText\r\n", ["\\Draft"]);
    let heard = null;
    client.on("exists", ({ count }) => (heard = count));
    if (client.capabilities.has("IDLE")) {
      const told = new Promise((resolve) => client.once("exists", resolve));
      client.idle();
      await told;
    }
    while (heard === null) {
      await client.noop();
    }
    return {
      mailboxes: mailboxes
        .filter((one) => one.status) // [Gmail] cannot be opened
        .map((one) => [one.path, one.specialUse || "", one.status.messages]),
      work: path,
      found,
      subject: message.envelope.subject,
      size: [message.size, message.source.length],
      attachment,
      heard,
    };
  },

  // Label, file and delete with X-GM-EXT-1: what imapflow says of a message, before and after.
  async label(client) {
    await client.mailboxOpen("INBOX");
    const items = { labels: true, emailId: true, threadId: true, flags: true, uid: true };
    const first = await client.fetchOne("1", items);
    await client.messageFlagsAdd("1", ["Work", "\\Starred"], { useLabels: true });
    const labelled = await client.fetchOne("1", items);
    const found = await client.search({ gmraw: "label:work" }, { uid: true });
    const moved = await client.messageMove("1", "Work");
    const all = (await client.list()).find((one) => one.specialUse === "\\All");
    await client.mailboxOpen(all.path);
    const kept = await client.fetchOne("1", items);
    return {
      all: all.path,
      found,
      moved: [...moved.uidMap],
      seen: [first, labelled, kept].map(({ labels, emailId, threadId, flags }) => ({
        labels: [...labels],
        emailId,
        threadId,
        flags: [...flags],
      })),
    };
  },

  // Wait in IDLE until as much was heard as asked for, and say what it was.
  async idle(client) {
    const heard = [];
    await client.mailboxOpen("INBOX");
    const done = new Promise((resolve) => {
      const hear = (...event) => heard.push(event) === asked.events && resolve();
      client.on("flags", ({ seq, flags }) => hear("flags", seq, [...flags]));
      client.on("expunge", ({ seq }) => hear("expunge", seq));
      client.on("exists", ({ count }) => hear("exists", count));
    });
    client.idle();
    await done;
    return heard;
  },
};

async function visit(port) {
  const client = new ImapFlow({
    host: asked.host,
    port,
    secure: asked.secure,
    doSTARTTLS: asked.secure ? undefined : asked.doSTARTTLS,
    tls: { ca: fs.readFileSync(asked.caFile) },
    auth: asked.auth,
    logger: false,
  });
  try {
    await client.connect();
    const done = await tasks[asked.task](client);
    await client.logout();
    return done;
  } finally {
    client.close();
  }
}

// One server, or one after the other: then an answer each, be it what went wrong.
async function main() {
  if (!asked.ports) {
    return visit(asked.port);
  }
  const all = [];
  for (const port of asked.ports) {
    all.push(await visit(port).catch((error) => ({ error: error.stack })));
  }
  return all;
}

main().then(
  (done) => console.log(JSON.stringify(done)),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
