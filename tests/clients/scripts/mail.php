<?php
// Share, limit, sort and file with PHP's imap functions; print JSON.
[, $host, $port, $user, $password] = $argv;
$server = "{{$host}:$port/imap/notls}";
$imap = imap_open("{$server}INBOX", $user, $password) or die(implode("\n", imap_errors()));

function done(mixed $answer): mixed
{
    $answer !== false or die(imap_last_error());
    return $answer;
}

done(imap_createmailbox($imap, "{$server}Work"));
done(imap_setacl($imap, "Work", "bob", "lrs"));
$seen["acl"] = done(imap_getacl($imap, "Work"));
done(imap_set_quota($imap, "", 100));
$seen["quota"] = done(imap_get_quotaroot($imap, "INBOX"))["STORAGE"]["limit"];
done(imap_append($imap, "{$server}INBOX", "Subject: b\r\n\r\nx\r\n", "\\Seen"));
done(imap_append($imap, "{$server}INBOX", "Subject: a\r\n\r\ny\r\n"));
done(imap_check($imap));
$seen["found"] = done(imap_search($imap, 'SUBJECT "a"', SE_UID, "UTF-8"));
$seen["sorted"] = done(imap_sort($imap, SORTSUBJECT, false, SE_UID, "ALL", "UTF-8"));
$seen["overview"] = array_map(fn ($one) => [$one->uid, $one->subject], imap_fetch_overview($imap, "1:*"));
done(imap_mail_move($imap, "2", "Work"));
done(imap_expunge($imap));
$seen["status"] = done(imap_status($imap, "{$server}Work", SA_MESSAGES))->messages;
imap_close($imap);
print json_encode($seen);
