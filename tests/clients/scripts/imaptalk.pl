# Share, limit and annotate mailboxes with Mail::IMAPTalk; print as JSON what it makes of it.
use strict;
use warnings;
use JSON::PP;
use Mail::IMAPTalk;

my ($host, $port, $user, $password) = @ARGV;
my $imap = Mail::IMAPTalk->new(
    Server => $host, Port => $port, Username => $user, Password => $password, UseSSL => 0, Uid => 1,
) or die "no login: $@";

sub done {
    my (@answer) = @_;
    defined $answer[0] or die $imap->get_last_error();
    return @answer > 1 ? \@answer : $answer[0];
}

my %seen;
done($imap->create('Work'));
done($imap->setacl('Work', 'bob', 'lrs'));
$seen{acl} = done($imap->getacl('Work'));
$seen{rights} = done($imap->myrights('Work'));
done($imap->deleteacl('Work', 'bob'));
done($imap->setquota('', '(STORAGE 100 MESSAGE 10)'));
$seen{quota} = done($imap->getquotaroot('INBOX'));
done($imap->setmetadata('INBOX', '/private/comment', 'mine', '/shared/comment', "Gr\xc3\xb6\xc3\x9fe"));
$seen{metadata} = done($imap->getmetadata('INBOX', { depth => 'infinity' }, '/private', '/shared'));
done($imap->append('INBOX', '(\Seen)', { Literal => "Subject: b\r\n\r\nx\r\n" }));
done($imap->append('INBOX', { Literal => "Subject: a\r\n\r\ny\r\n" }));
done($imap->select('INBOX'));
$seen{sorted} = done($imap->sort('(subject)', 'UTF-8', 'ALL'));
$seen{threads} = done($imap->thread('REFERENCES', 'UTF-8', 'ALL'));
$seen{status} = done($imap->multistatus('(messages unseen)', 'INBOX', 'Work'));
done($imap->move('2', 'Work'));
$imap->logout();
binmode STDOUT, ':raw';
print JSON::PP->new->latin1->encode(\%seen);
