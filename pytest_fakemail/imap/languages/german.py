"""German, as the server says it."""

from pytest_fakemail.imap.languages.german_phrases import PHRASES, PREFIXES
from pytest_fakemail.imap.languages.language import Language

# fmt: off
_TEXTS = {
    # What ends well.
    "OK": "OK",
    "Ok": "Ok",
    "{} completed": "{} ausgeführt",
    "LANGUAGE completed": "Sprachwechsel durch LANGUAGE-Befehl ausgeführt",
    "Supported languages have been enumerated": "Dies sind die unterstützten Sprachen",
    "Now speaking English": "Now speaking English",
    "Logged in": "Angemeldet",
    "Begin TLS negotiation now": "Jetzt mit der TLS-Aushandlung beginnen",
    "DEFLATE active": "DEFLATE ist jetzt eingeschaltet",
    "IDLE terminated": "IDLE beendet",
    "No further updates": "Es werden keine Änderungen mehr gemeldet",
    "No messages to copy": "Keine Nachrichten zu kopieren",
    "No messages to move": "Keine Nachrichten zu verschieben",
    "Conditional STORE failed for some": "Das bedingte STORE ist bei einigen fehlgeschlagen",

    # What is told besides.
    "{} ready": "{} ist bereit",
    "idling": "warte",
    "Still here": "Noch da",
    "Still working": "Noch in Arbeit",
    "Logging out": "Auf Wiedersehen",
    "First unseen": "Erste ungelesene",
    "UIDs valid": "UIDs gültig",
    "Predicted next UID": "Voraussichtlich nächste UID",
    "Highest": "Höchste",
    "VANISHED waits": "VANISHED steht noch aus",
    "Flags permitted": "Erlaubte Markierungen",
    "Nothing can be changed": "Nichts kann geändert werden",
    "Moved": "Verschoben",
    "Replacement message ready": "Die neue Nachricht ist da",
    "Previous mailbox is now closed": "Das vorige Postfach ist jetzt geschlossen",
    "The selected mailbox was deleted": "Das gewählte Postfach wurde gelöscht",
    "The selected mailbox is gone": "Das gewählte Postfach gibt es nicht mehr",
    "Completed for some": "Für einige ausgeführt",
    "Soft quota has been exceeded": "Die weiche Grenze des Speicherplatzes ist überschritten",
    "Too much to tell": "Zu viel, um es zu melden",
    "Too many contexts": "Zu viele Ergebnisse werden schon aktuell gehalten",
    "Not all messages were searched": "Nicht alle Nachrichten wurden durchsucht",
    "Disconnected for inactivity": "Wegen Untätigkeit getrennt",
    "Too many bad commands": "Zu viele fehlerhafte Befehle",
    "Our fault, not yours": "Unser Fehler, nicht Ihrer",

    # Commands that are none, or not here.
    "Unknown command": "Unbekannter Befehl",
    "{} is not allowed in the {} state": "{} ist im Zustand {} nicht erlaubt",
    "ENABLE UTF8=ACCEPT comes first": "Zuerst kommt ENABLE UTF8=ACCEPT",
    "Message numbers are not allowed once UIDONLY is enabled":
        "Nachrichtennummern sind nicht erlaubt, seit UIDONLY eingeschaltet ist",
    "Command line too long": "Befehlszeile zu lang",
    "Line too long": "Zeile zu lang",
    "Literal sent without being asked for": "Literal gesandt, ohne darum gebeten zu sein",
    "Literal too big": "Literal zu groß",
    "Message too big": "Nachricht zu groß",
    "Expected DONE": "DONE erwartet",
    "Unsupported language {}": "Die Sprache {} wird nicht unterstützt",
    "expected {} at octet {}": "erwartet: {}, bei Oktett {}",
    "{} is not UTF-8": "{} ist nicht in UTF-8",

    # Logins.
    "Start TLS first": "Zuerst TLS beginnen",
    "TLS is active already": "TLS ist schon eingeschaltet",
    "DEFLATE is active already": "DEFLATE ist schon eingeschaltet",
    "LOGIN is disabled, use AUTHENTICATE": "LOGIN ist abgeschaltet, AUTHENTICATE benutzen",
    "Unsupported authentication mechanism": "Dieser Anmeldemechanismus wird nicht unterstützt",
    "The initial response is not base64": "Die erste Antwort ist nicht in Base64",
    "The response is not base64": "Die Antwort ist nicht in Base64",
    "Authentication cancelled": "Anmeldung abgebrochen",
    "Authentication failed": "Anmeldung fehlgeschlagen",
    "user names and passwords are UTF-8": "Benutzernamen und Passwörter sind in UTF-8",
    "Invalid user name or password": "Benutzername oder Passwort ungültig",
    "Invalid access token": "Zugangstoken ungültig",
    "Access token has expired": "Das Zugangstoken ist abgelaufen",
    "Application-specific password required": "Ein Passwort für diese Anwendung ist nötig",
    "Account is locked": "Das Konto ist gesperrt",
    "Not authorized to act as that user": "Nicht berechtigt, als dieser Benutzer zu handeln",
    "No client certificate was presented": "Es wurde kein Client-Zertifikat vorgelegt",
    "The client certificate names no account": "Das Client-Zertifikat nennt kein Konto",
    "Not UTF-8": "Nicht in UTF-8",
    "ANONYMOUS wants an address or a short text":
        "ANONYMOUS verlangt eine Adresse oder einen kurzen Text",
    "CRAM-MD5 wants user and digest": "CRAM-MD5 verlangt Benutzer und Prüfsumme",
    "PLAIN wants authorization, user and password":
        "PLAIN verlangt Autorisierung, Benutzer und Passwort",
    "OAUTHBEARER wants a header and pairs": "OAUTHBEARER verlangt einen Kopf und Paare",
    "XOAUTH2 wants user and bearer token": "XOAUTH2 verlangt Benutzer und Bearer-Token",
    "DIGEST-MD5 is not accepted any more": "DIGEST-MD5 wird nicht mehr angenommen",
    "{} takes no initial response": "{} nimmt keine erste Antwort",
    "This mechanism wants p={}": "Dieser Mechanismus verlangt p={}",
    "Channel binding is not supported": "Kanalbindung wird nicht unterstützt",
    "Channel binding is by {} here": "Kanalbindung geht hier durch {}",
    "The server does support channel binding": "Der Server unterstützt Kanalbindung sehr wohl",
    "Malformed GS2 header": "Fehlerhafter GS2-Kopf",
    "Malformed first message": "Fehlerhafte erste Nachricht",
    "Malformed user name": "Fehlerhafter Benutzername",
    "Nonce or channel binding was tampered with": "Nonce oder Kanalbindung wurde verändert",

    # Mailboxes.
    "There is no such mailbox": "Dieses Postfach gibt es nicht",
    "No mailbox is selected": "Kein Postfach ist gewählt",
    "no mailbox {}": "kein Postfach {}",
    "mailbox {} already exists": "das Postfach {} gibt es schon",
    "no mailbox name, it has a level without a name: {}":
        "kein Postfachname, eine Ebene hat keinen Namen: {}",
    "no mailbox name: more than {} characters or {} levels":
        "kein Postfachname: mehr als {} Zeichen oder {} Ebenen",
    "no mailbox name, it {}: {}": "kein Postfachname, er {}: {}",
    "the mailbox name is not {}": "der Postfachname ist nicht in {}",
    "the mailbox pattern is not {}": "das Postfachmuster ist nicht in {}",
    "a mailbox name has no control characters": "ein Postfachname hat keine Steuerzeichen",
    "{} is no mailbox and has others below it": "{} ist kein Postfach und hat andere unter sich",
    "That is no mailbox and has others below it":
        "Das ist kein Postfach und hat andere unter sich",
    "{} is the server's own": "{} gehört dem Server",
    "{} would be below itself": "{} läge unter sich selbst",
    "INBOX cannot be deleted": "INBOX kann nicht gelöscht werden",
    "Another's INBOX cannot be renamed": "Die INBOX eines anderen kann nicht umbenannt werden",
    "A mailbox stays with whom it belongs to": "Ein Postfach bleibt bei dem, dem es gehört",
    "Mailboxes are below {}": "Postfächer liegen unter {}",
    "{} is not supported": "{} wird nicht unterstützt",
    "Special uses are for mailboxes of your own": "Besondere Zwecke haben nur eigene Postfächer",
    "more than {} patterns": "mehr als {} Muster",
    "no UIDs are left in {}": "in {} sind keine UIDs mehr übrig",
    "there is no label {}": "das Label {} gibt es nicht",
    "too many keywords: a mailbox has {} at most, of {} octets together":
        "zu viele Schlüsselwörter: ein Postfach hat höchstens {}, von zusammen {} Oktetten",
    "The mailbox is read-only": "Das Postfach kann nur gelesen werden",
    "The mailbox was selected read-only": "Das Postfach wurde nur zum Lesen gewählt",
    "QRESYNC was not enabled": "QRESYNC wurde nicht eingeschaltet",

    # Rights, quotas, annotations.
    "You have no right to do that": "Dazu haben Sie kein Recht",
    "You have no right to make mailboxes there": "Sie haben kein Recht, dort Postfächer anzulegen",
    "Uppercase rights are not allowed": "Rechte in Großbuchstaben sind nicht erlaubt",
    "The {} right is not supported": "Das Recht {} wird nicht unterstützt",
    "That cannot be an identifier": "Das kann kein Bezeichner sein",
    "A list has {} entries at most": "Eine Liste hat höchstens {} Einträge",
    "Over quota": "Der Speicherplatz ist voll",
    "There is no such quota root": "Diese Quotenwurzel gibt es nicht",
    "There is no limit of that resource": "Eine Grenze dieser Art gibt es nicht",
    "Such a limit cannot be kept": "Eine solche Grenze kann nicht eingehalten werden",
    "Only the administrator sets quotas": "Nur der Verwalter setzt Quoten",
    "Not for anonymous users": "Nicht für anonyme Benutzer",
    "Anonymous users have no private annotations": "Wer anonym ist, hat keine privaten Anmerkungen",
    "Mailboxes have no annotations here": "Postfächer haben hier keine Anmerkungen",
    "A value is too long": "Ein Wert ist zu lang",
    "There are too many annotations": "Es sind zu viele Anmerkungen",
    "{} is only to be read": "{} kann nur gelesen werden",
    "The entry {}": "Der Eintrag {}",

    # Messages.
    "there is no message {}; there are {}": "die Nachricht {} gibt es nicht; es sind {}",
    "A message without octets cannot be appended":
        "Eine Nachricht ohne Oktette kann nicht angefügt werden",
    "8-bit header fields want ENABLE UTF8=ACCEPT and UTF8 (~(n))":
        "8-Bit-Kopfzeilen verlangen ENABLE UTF8=ACCEPT und UTF8 (~(n))",
    "All keys removed": "Alle Schlüssel entfernt",
    "Mechanisms of URLs": "Verfahren für URLs",
    "That is no URL of a message on a server":
        "Das ist keine URL einer Nachricht auf einem Server",
    "The URL does not say whose mailbox it is": "Die URL sagt nicht, wessen Postfach es ist",
    "The URL does not end with an access identifier": "Am Ende der URL steht keine Zugriffsangabe",
    "EXPIRE wants a date and time such as 2030-01-31T12:00:00Z":
        "EXPIRE verlangt eine Zeit wie 2030-01-31T12:00:00Z",
    "The URL is for another user to authorize":
        "Diese URL kann nur ein anderer Benutzer freigeben",
    "The access identifier names no user": "Die Zugriffsangabe nennt keinen Benutzer",
    "The URL names nothing that is here": "Die URL nennt nichts, was hier ist",
    "The message to replace is gone": "Die zu ersetzende Nachricht gibt es nicht mehr",
    "Some of the messages no longer exist": "Einige der Nachrichten gibt es nicht mehr",
    "None of the messages exists any more": "Keine der Nachrichten gibt es mehr",
    "Cannot decode that part": "Dieser Teil kann nicht dekodiert werden",
    "VANISHED is for UID FETCH with QRESYNC enabled":
        "VANISHED ist für UID FETCH mit eingeschaltetem QRESYNC",
    "Too many messages, try a smaller subset":
        "Zu viele Nachrichten, versuchen Sie es mit weniger",
    "That exceeds the limit of {} messages": "Das überschreitet die Grenze von {} Nachrichten",
    "Too many messages": "Zu viele Nachrichten",
    "Minimum batch size is {}": "Ein Abschnitt hat mindestens {}",
    "Invalid batch range": "Ungültiger Bereich von Abschnitten",

    # Searching and watching.
    "No such charset": "Diesen Zeichensatz gibt es nicht",
    "CHARSET is not for a client that enabled UTF-8":
        "CHARSET ist nichts für einen Client, der UTF-8 eingeschaltet hat",
    "SAVE is for the selected mailbox alone": "SAVE ist nur für das gewählte Postfach",
    "the search keys are nested more than {} deep":
        "die Suchschlüssel sind mehr als {}-fach verschachtelt",
    "the text to search for is not {}": "der gesuchte Text ist nicht in {}",
    "No such comparator": "Diesen Vergleich gibt es nicht",
    "Will use {} for collation": "Verglichen wird nun mit {}",
    "RELEVANCY is only for a search with FUZZY": "RELEVANCY ist nur für eine Suche mit FUZZY",
    "There is no such filter": "Diesen Filter gibt es nicht",
    "That is no filter: {}": "Das ist kein Filter: {}",
    "The filter {} is no search criteria: {}": "Der Filter {} nennt keine Suchschlüssel: {}",
    "A filter is in UTF-8": "Ein Filter ist in UTF-8",
    "Filters make the keys more than {} deep":
        "Mit Filtern sind die Suchschlüssel mehr als {}-fach verschachtelt",
    "Filters make too many keys": "Mit Filtern werden es zu viele Suchschlüssel",
    "the criteria are not whole, or more than that":
        "die Suchschlüssel sind nicht vollständig, oder es steht mehr da",
    "Tag reuse": "Diese Marke wird schon benutzt",
    "There is no search of that tag with updates":
        "Zu dieser Marke wird kein Suchergebnis aktuell gehalten",
    "no such event": "ein solches Ereignis gibt es nicht",
    "Those are too many mailboxes": "Das sind zu viele Postfächer",
    "MessageNew and MessageExpunge come together":
        "MessageNew und MessageExpunge gehören zusammen",
    "items to fetch are for the selected mailbox":
        "Angaben zum Abrufen sind für das gewählte Postfach",
    "of the selected mailbox there are events of messages only":
        "vom gewählten Postfach gibt es nur Ereignisse von Nachrichten",
    "the selected mailbox is named twice": "das gewählte Postfach ist zweimal genannt",

    # Policies.
    "Too many connections": "Zu viele Verbindungen",
    "Too many connections, try again later":
        "Zu viele Verbindungen, versuchen Sie es später wieder",
    "Too many login attempts, try again later":
        "Zu viele Anmeldeversuche, versuchen Sie es später wieder",
    "Too many failed logins, try again later":
        "Zu viele fehlgeschlagene Anmeldungen, versuchen Sie es später wieder",
    "Maximum number of connections from user+IP exceeded":
        "Mehr Verbindungen dieses Benutzers von dieser IP-Adresse als erlaubt",
    "Rate limit hit": "Zu viel in zu kurzer Zeit",
    "Account exceeded command or bandwidth limits.":
        "Das Konto hat die Grenzen für Befehle oder Bandbreite überschritten.",
    "Client host [{}] blocked": "Der Client-Rechner [{}] ist gesperrt",
    "Message is larger than {} octets": "Die Nachricht ist größer als {} Oktette",
    "Quota exceeded (mailbox for user is full)":
        "Speicherplatz überschritten (das Postfach des Benutzers ist voll)",
    "Basic authentication is disabled.": "Die Anmeldung mit Passwort ist abgeschaltet.",
    "Disconnected for inactivity.": "Wegen Untätigkeit getrennt.",
    "Session expired, please login again.":
        "Die Sitzung ist abgelaufen, bitte melden Sie sich neu an.",
}

LANGUAGE = Language("de", texts=_TEXTS, phrases=PHRASES, prefixes=PREFIXES)
