# Work on a mailbox with Mail::IMAPClient, after STARTTLS and COMPRESS; print JSON.
use strict;
use warnings;
use JSON::PP;
use Mail::IMAPClient;

my ($host, $port, $user, $password, $ca_file) = @ARGV;
my $imap = Mail::IMAPClient->new(
    Server => $host, Port => $port, User => $user, Password => $password, Uid => 1, Compress => 1,
    Starttls => [SSL_ca_file => $ca_file, SSL_verifycn_name => 'localhost', SSL_hostname => 'localhost'],
) or die "no login: $@";

sub done {
    my (@answer) = @_;
    defined $answer[0] or die $imap->LastError();
    return \@answer;
}

my %seen;
done($imap->create('Work'));
done($imap->setacl('Work', 'bob', 'lrs'));
$seen{acl} = done($imap->getacl('Work'))->[0];
$seen{rights} = done($imap->listrights('Work', 'bob'));
done($imap->append_string('INBOX', "Subject: b\r\n\r\n" . 'x' x 100_000 . "\r\n", '\Seen'));
done($imap->append('INBOX', "Subject: a\n\ny\n"));
done($imap->select('INBOX'));
$seen{sorted} = done($imap->sort('SUBJECT', 'UTF-8', 'ALL'));
$seen{threads} = done($imap->thread('REFERENCES', 'UTF-8', 'ALL'));
$seen{length} = length done($imap->body_string(1))->[0];
done($imap->idle);
done($imap->done);
done($imap->copy('Work', 1));
done($imap->delete_message(1));
done($imap->uidexpunge(1));
$seen{folders} = done($imap->folders);
$imap->logout();
print JSON::PP->new->encode(\%seen);
