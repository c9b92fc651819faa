<?php
// Be a webmail with Horde's IMAP client, in German where the server has that; print JSON.
error_reporting(E_ALL & ~E_DEPRECATED & ~E_WARNING);
spl_autoload_register(function (string $name): void {
    if ($file = stream_resolve_include_path(strtr($name, '_\\', '//') . '.php')) {
        require_once $file;
    }
});
[, $host, $port, $user, $password] = $argv;
$imap = new Horde_Imap_Client_Socket([
    'username' => $user, 'password' => $password, 'hostspec' => $host, 'port' => $port,
    'secure' => false, 'timeout' => 20, 'lang' => ['es', 'de'],
]);
$imap->login();
$ids = fn (int ...$uids) => ['ids' => new Horde_Imap_Client_Ids($uids)];
foreach ($imap->getNamespaces([], ['ob_return' => true]) as $namespace) {
    $seen['namespaces'][$namespace->name] = $namespace->translation;
}
$imap->createMailbox('Wörk', ['special_use' => ['\\Junk']]);
$imap->setACL('Wörk', 'bob', ['rights' => 'lrs']);
foreach ($imap->getACL('Wörk') as $name => $acl) {
    $seen['acl'][$name] = strval($acl);
}
$imap->setQuota('', ['storage' => 100]);
$seen['quota'] = $imap->getQuotaRoot('INBOX')['']['storage']['limit'];
$imap->setMetadata('INBOX', ['/private/comment' => 'Größe']);
$seen['metadata'] = $imap->getMetadata('INBOX', ['/private/comment']);
$mail = "Subject: Zwei\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n"
    . "--x\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--x--\r\n";
$two = [['data' => "Subject: one\r\n\r\nbody\r\n", 'flags' => ['\\Seen']], ['data' => $mail]];
$seen['appended'] = $imap->append('INBOX', $two)->ids;
$valid = $imap->status('INBOX')['uidvalidity'];
$parts = [
    ['t' => 'text', 'v' => "Subject: cat\r\n\r\n"],
    ['t' => 'url', 'v' => "/INBOX;UIDVALIDITY=$valid/;UID=1/;SECTION=TEXT"],
];
$seen['catenated'] = $imap->append('INBOX', [['data' => $parts]])->ids;
$all = new Horde_Imap_Client_Search_Query();
$sort = ['sort' => [Horde_Imap_Client::SORT_REVERSE, Horde_Imap_Client::SORT_SUBJECT]];
$seen['sorted'] = $imap->search('INBOX', $all, $sort)['match']->ids;
$young = new Horde_Imap_Client_Search_Query();
$young->intervalSearch(5000, Horde_Imap_Client_Search_Query::INTERVAL_YOUNGER);
$seen['young'] = $imap->search('INBOX', $young)['count'];
$fuzzy = new Horde_Imap_Client_Search_Query();
$fuzzy->headerText('subject', 'Zwie', false, ['fuzzy' => true]);
$seen['fuzzy'] = $imap->search('INBOX', $fuzzy)['match']->ids;
$seen['comparators'][] = $imap->getComparator();
$imap->setComparator(['i;octet']);
$seen['comparators'][] = $imap->getComparator();
$refs = ['criteria' => Horde_Imap_Client::THREAD_REFS];
$seen['threads'] = $imap->thread('INBOX', $refs)->messageList()->ids;
$query = new Horde_Imap_Client_Fetch_Query();
$query->envelope();
$query->bodyPart('2', ['decode' => true, 'peek' => true]);
foreach ($imap->fetch('INBOX', $query, $ids(2)) as $found) {
    $seen['fetched'] = [$found->getEnvelope()->subject, bin2hex($found->getBodyPart('2'))];
}
$seen['moved'] = $imap->copy('INBOX', 'Wörk', $ids(2) + ['move' => true, 'force_map' => true]);
try {
    $imap->copy('INBOX', 'Nirgends', $ids(1));
} catch (Horde_Imap_Client_Exception_ServerResponse $refused) {
    $seen['refused'] = $refused->details;
}
$imap->logout();
print json_encode($seen, JSON_UNESCAPED_UNICODE);
