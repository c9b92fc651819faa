-- Rules of a user of imapfilter: file, delete, copy, append.
options.timeout = 20
options.create = true
options.subscribe = true
options.starttls = true

ann = IMAP {
  server = "localhost", port = tonumber(os.getenv("IMAP_PORT")),
  username = "ann", password = "password",
}
bills = ann.INBOX:contain_subject("Rechnung") * ann.INBOX:is_unseen()
bills:mark_flagged()
bills:move_messages(ann["Work/Bills"])
rubbish = ann.INBOX:contain_from("spam@") + ann.INBOX:is_larger(20000)
rubbish:delete_messages()
ann.INBOX:send_query("SUBJECT keep"):copy_messages(ann["Archive"])
ann.INBOX:append_message("Subject: appended\r\n\r\nx\r\n", { "\\Seen" }, "28-Nov-2026 10:00:00 +0100")
for _, message in ipairs(ann.INBOX:select_all()) do
  mailbox, uid = message[1], message[2]
  print(uid, mailbox[uid]:fetch_field("Subject"), mailbox[uid]:fetch_size())
end
