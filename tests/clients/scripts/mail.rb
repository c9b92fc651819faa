# Share, limit, sort and search with Ruby's net-imap, after STARTTLS; print JSON.
require "json"
require "net/imap"

host, port, user, password, ca_file = ARGV
imap = Net::IMAP.new(host, port: port.to_i)
imap.starttls(ca_file: ca_file)
imap.authenticate("PLAIN", user, password)
seen = {}
seen["namespaces"] = imap.namespace.to_a.map { |kind| kind.map(&:prefix) }
imap.create("Work")
imap.setacl("Work", "bob", "lrs")
seen["acl"] = imap.getacl("Work").map { |entry| [entry.user, entry.rights] }
imap.setquota("", 100)
seen["quota"] = imap.getquota("").first.quota
imap.append("INBOX", "Subject: =?utf-8?q?=C3=9Cbung?=\r\n\r\nx\r\n", [:Seen], Time.at(0))
imap.append("INBOX", "Subject: a\r\n\r\ny\r\n")
imap.select("INBOX")
seen["changed"] = imap.search(["MODSEQ", "1"])
seen["found"] = imap.uid_search(["SUBJECT", "Übung".b], "UTF-8")
seen["sorted"] = imap.sort(["REVERSE", "SUBJECT"], ["ALL"], "UTF-8")
seen["threads"] = imap.thread("REFERENCES", ["ALL"], "UTF-8").map(&:seqno)
seen["modseqs"] = imap.fetch(1..-1, ["MODSEQ"]).map { |data| data.attr["MODSEQ"] }
imap.move(1, "Work")
imap.logout
puts JSON.generate(seen)
