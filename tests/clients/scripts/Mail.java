// Share, limit and resynchronise with JavaMail, after STARTTLS and COMPRESS; print what it sees.

import com.sun.mail.imap.ACL;
import com.sun.mail.imap.IMAPFolder;
import com.sun.mail.imap.IMAPMessage;
import com.sun.mail.imap.IMAPStore;
import com.sun.mail.imap.ModifiedSinceTerm;
import com.sun.mail.imap.ResyncData;
import com.sun.mail.imap.Rights;
import com.sun.mail.imap.SortTerm;
import java.util.List;
import java.util.Properties;
import javax.mail.Flags;
import javax.mail.Folder;
import javax.mail.Message;
import javax.mail.Quota;
import javax.mail.Session;
import javax.mail.event.MailEvent;
import javax.mail.internet.MimeMessage;

public class Mail {
    public static void main(String[] given) throws Exception {
        Properties properties = new Properties();
        properties.put("mail.imap.starttls.required", "true");
        properties.put("mail.imap.ssl.trust", "*");
        properties.put("mail.imap.compress.enable", "true");
        Session session = Session.getInstance(properties);
        IMAPStore store = (IMAPStore) session.getStore("imap");
        store.connect(given[0], Integer.parseInt(given[1]), given[2], given[3]);
        share(store);
        IMAPFolder inbox = (IMAPFolder) store.getFolder("INBOX");
        limit(store, inbox);
        for (String subject : List.of("Übung", "Brot", "Ähre")) {
            MimeMessage message = new MimeMessage(session);
            message.setSubject(subject, "utf-8");
            message.setText("Grüße", "utf-8");
            message.setFlag(Flags.Flag.FLAGGED, true);
            System.out.println("uid " + inbox.appendUIDMessages(new Message[] {message})[0].uid);
        }
        work(store, inbox);
        store.close();
    }

    static void share(IMAPStore store) throws Exception {
        IMAPFolder work = (IMAPFolder) store.getFolder("Wörk");
        work.create(Folder.HOLDS_MESSAGES);
        work.addACL(new ACL("bob", new Rights("lrs")));
        work.addRights(new ACL("bob", new Rights("i")));
        for (ACL acl : work.getACL()) {
            System.out.println("acl " + acl.getName() + " " + acl.getRights());
        }
        System.out.println("shared " + store.getSharedNamespaces()[0].getFullName());
    }

    static void limit(IMAPStore store, IMAPFolder inbox) throws Exception {
        Quota quota = new Quota("");
        quota.setResourceLimit("STORAGE", 100);
        store.setQuota(quota);
        System.out.println("limit " + inbox.getQuota()[0].resources[0].limit);
    }

    static void work(IMAPStore store, IMAPFolder inbox) throws Exception {
        inbox.open(Folder.READ_WRITE, ResyncData.CONDSTORE);
        long validity = inbox.getUIDValidity();
        long before = inbox.getHighestModSeq();
        IMAPMessage first = (IMAPMessage) inbox.getMessage(1);
        System.out.println("content " + first.getContent());
        System.out.println("changed " + inbox.search(new ModifiedSinceTerm(before + 1)).length);
        for (Message message : inbox.getSortedMessages(new SortTerm[] {SortTerm.SUBJECT})) {
            System.out.println("sorted " + inbox.getUID(message));
        }
        Folder work = store.getFolder("Wörk");
        inbox.moveUIDMessages(new Message[] {inbox.getMessage(2)}, work);
        inbox.getMessage(1).setFlag(Flags.Flag.DELETED, true);
        inbox.expunge();
        inbox.close(false);
        for (MailEvent event : inbox.open(Folder.READ_WRITE, new ResyncData(validity, before))) {
            System.out.println("resync " + event.getClass().getSimpleName());
        }
        System.out.println("left " + inbox.getMessageCount());
        inbox.close(false);
    }
}
