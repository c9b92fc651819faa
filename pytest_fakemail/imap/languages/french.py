"""French, as the server says it."""

from pytest_fakemail.imap.languages.french_phrases import PHRASES, PREFIXES
from pytest_fakemail.imap.languages.language import Language

# fmt: off
_TEXTS = {
    # What ends well.
    "OK": "OK",
    "Ok": "Ok",
    "{} completed": "{} effectué",
    "LANGUAGE completed": "Le serveur parle maintenant français",
    "Supported languages have been enumerated": "Voici les langues prises en charge",
    "Now speaking English": "Now speaking English",
    "Logged in": "Connecté",
    "Begin TLS negotiation now": "Commencez maintenant la négociation TLS",
    "DEFLATE active": "DEFLATE est activé",
    "IDLE terminated": "IDLE terminé",
    "No further updates": "Plus de mises à jour",
    "No messages to copy": "Aucun message à copier",
    "No messages to move": "Aucun message à déplacer",
    "Conditional STORE failed for some": "Le STORE conditionnel a échoué pour certains messages",

    # What is told besides.
    "{} ready": "{} est prêt",
    "idling": "en attente",
    "Still here": "Toujours là",
    "Still working": "Toujours au travail",
    "Logging out": "Au revoir",
    "First unseen": "Premier message non lu",
    "UIDs valid": "UID valides",
    "Predicted next UID": "Prochain UID prévu",
    "Highest": "Le plus haut",
    "VANISHED waits": "VANISHED viendra plus tard",
    "Flags permitted": "Marques permises",
    "Nothing can be changed": "Rien ne peut être modifié",
    "Moved": "Déplacé",
    "Replacement message ready": "Le nouveau message est là",
    "Previous mailbox is now closed": "La boîte précédente est maintenant fermée",
    "The selected mailbox was deleted": "La boîte sélectionnée a été supprimée",
    "The selected mailbox is gone": "La boîte sélectionnée n'existe plus",
    "Completed for some": "Effectué pour certains",
    "Soft quota has been exceeded": "Le quota souple est dépassé",
    "Too much to tell": "Trop de choses à signaler",
    "Too many contexts": "Trop de résultats sont déjà tenus à jour",
    "Not all messages were searched": "Certains messages n'ont pas été parcourus",
    "Disconnected for inactivity": "Déconnecté pour inactivité",
    "Too many bad commands": "Trop de commandes erronées",
    "Our fault, not yours": "C'est notre faute, pas la vôtre",

    # Commands that are none, or not here.
    "Unknown command": "Commande inconnue",
    "{} is not allowed in the {} state": "{} n'est pas permis dans l'état {}",
    "ENABLE UTF8=ACCEPT comes first": "ENABLE UTF8=ACCEPT doit venir d'abord",
    "Message numbers are not allowed once UIDONLY is enabled":
        "Les numéros de message ne sont pas permis depuis que UIDONLY est activé",
    "Command line too long": "Ligne de commande trop longue",
    "Line too long": "Ligne trop longue",
    "Literal sent without being asked for": "Littéral envoyé sans avoir été demandé",
    "Literal too big": "Littéral trop grand",
    "Message too big": "Message trop grand",
    "Expected DONE": "DONE était attendu",
    "Unsupported language {}": "La langue {} n'est pas prise en charge",
    "expected {} at octet {}": "attendu : {}, à l'octet {}",
    "{} is not UTF-8": "{} n'est pas en UTF-8",

    # Logins.
    "Start TLS first": "Activez d'abord TLS",
    "TLS is active already": "TLS est déjà activé",
    "DEFLATE is active already": "DEFLATE est déjà activé",
    "LOGIN is disabled, use AUTHENTICATE": "LOGIN est désactivé, utilisez AUTHENTICATE",
    "Unsupported authentication mechanism": "Mécanisme d'authentification non pris en charge",
    "The initial response is not base64": "La réponse initiale n'est pas en base64",
    "The response is not base64": "La réponse n'est pas en base64",
    "Authentication cancelled": "Authentification annulée",
    "Authentication failed": "Échec de l'authentification",
    "user names and passwords are UTF-8":
        "les noms d'utilisateur et les mots de passe sont en UTF-8",
    "Invalid user name or password": "Nom d'utilisateur ou mot de passe incorrect",
    "Invalid access token": "Jeton d'accès incorrect",
    "Access token has expired": "Le jeton d'accès a expiré",
    "Application-specific password required": "Un mot de passe d'application est requis",
    "Account is locked": "Le compte est verrouillé",
    "Not authorized to act as that user": "Pas autorisé à agir au nom de cet utilisateur",
    "No client certificate was presented": "Aucun certificat client n'a été présenté",
    "The client certificate names no account": "Le certificat client ne nomme aucun compte",
    "Not UTF-8": "Pas en UTF-8",
    "ANONYMOUS wants an address or a short text": "ANONYMOUS veut une adresse ou un texte court",
    "CRAM-MD5 wants user and digest": "CRAM-MD5 veut un utilisateur et un condensé",
    "PLAIN wants authorization, user and password":
        "PLAIN veut une autorisation, un utilisateur et un mot de passe",
    "OAUTHBEARER wants a header and pairs": "OAUTHBEARER veut un en-tête et des paires",
    "XOAUTH2 wants user and bearer token": "XOAUTH2 veut un utilisateur et un jeton",
    "DIGEST-MD5 is not accepted any more": "DIGEST-MD5 n'est plus accepté",
    "{} takes no initial response": "{} ne prend pas de réponse initiale",
    "This mechanism wants p={}": "Ce mécanisme veut p={}",
    "Channel binding is not supported": "La liaison de canal n'est pas prise en charge",
    "Channel binding is by {} here": "La liaison de canal se fait ici par {}",
    "The server does support channel binding":
        "Le serveur prend bien en charge la liaison de canal",
    "Malformed GS2 header": "En-tête GS2 mal formé",
    "Malformed first message": "Premier message mal formé",
    "Malformed user name": "Nom d'utilisateur mal formé",
    "Nonce or channel binding was tampered with": "Le nonce ou la liaison de canal a été altéré",

    # Mailboxes.
    "There is no such mailbox": "Cette boîte n'existe pas",
    "No mailbox is selected": "Aucune boîte n'est sélectionnée",
    "no mailbox {}": "pas de boîte {}",
    "mailbox {} already exists": "la boîte {} existe déjà",
    "no mailbox name, it has a level without a name: {}":
        "pas un nom de boîte, un niveau n'a pas de nom : {}",
    "no mailbox name: more than {} characters or {} levels":
        "pas un nom de boîte : plus de {} caractères ou de {} niveaux",
    "no mailbox name, it {}: {}": "pas un nom de boîte, il {} : {}",
    "the mailbox name is not {}": "le nom de la boîte n'est pas en {}",
    "the mailbox pattern is not {}": "le motif de boîte n'est pas en {}",
    "a mailbox name has no control characters":
        "un nom de boîte n'a pas de caractères de contrôle",
    "{} is no mailbox and has others below it": "{} n'est pas une boîte et en contient d'autres",
    "That is no mailbox and has others below it":
        "Ce n'est pas une boîte et cela en contient d'autres",
    "{} is the server's own": "{} appartient au serveur",
    "{} would be below itself": "{} serait au-dessous de soi-même",
    "INBOX cannot be deleted": "INBOX ne peut pas être supprimée",
    "Another's INBOX cannot be renamed": "L'INBOX d'un autre ne peut pas être renommée",
    "A mailbox stays with whom it belongs to": "Une boîte reste à qui elle appartient",
    "Mailboxes are below {}": "Les boîtes sont au-dessous de {}",
    "{} is not supported": "{} n'est pas pris en charge",
    "Special uses are for mailboxes of your own":
        "Les usages spéciaux sont pour vos propres boîtes",
    "more than {} patterns": "plus de {} motifs",
    "no UIDs are left in {}": "il ne reste plus d'UID dans {}",
    "there is no label {}": "il n'y a pas de libellé {}",
    "too many keywords: a mailbox has {} at most, of {} octets together":
        "trop de mots-clés : une boîte en a {} au plus, de {} octets ensemble",
    "The mailbox is read-only": "La boîte est en lecture seule",
    "The mailbox was selected read-only": "La boîte a été sélectionnée en lecture seule",
    "QRESYNC was not enabled": "QRESYNC n'a pas été activé",

    # Rights, quotas, annotations.
    "You have no right to do that": "Vous n'avez pas le droit de faire cela",
    "You have no right to make mailboxes there": "Vous n'avez pas le droit d'y créer des boîtes",
    "Uppercase rights are not allowed": "Les droits en majuscules ne sont pas permis",
    "The {} right is not supported": "Le droit {} n'est pas pris en charge",
    "That cannot be an identifier": "Cela ne peut pas être un identifiant",
    "A list has {} entries at most": "Une liste a {} entrées au plus",
    "Over quota": "Quota dépassé",
    "There is no such quota root": "Cette racine de quota n'existe pas",
    "There is no limit of that resource": "Il n'y a pas de limite pour cette ressource",
    "Such a limit cannot be kept": "Une telle limite ne peut pas être tenue",
    "Only the administrator sets quotas": "Seul l'administrateur fixe les quotas",
    "Not for anonymous users": "Pas pour les utilisateurs anonymes",
    "Anonymous users have no private annotations": "Les anonymes n'ont pas d'annotations privées",
    "Mailboxes have no annotations here": "Les boîtes n'ont pas d'annotations ici",
    "A value is too long": "Une valeur est trop longue",
    "There are too many annotations": "Il y a trop d'annotations",
    "{} is only to be read": "{} est en lecture seule",
    "The entry {}": "L'entrée {}",

    # Messages.
    "there is no message {}; there are {}": "il n'y a pas de message {} ; il y en a {}",
    "A message without octets cannot be appended": "Un message sans octets ne peut pas être ajouté",
    "8-bit header fields want ENABLE UTF8=ACCEPT and UTF8 (~(n))":
        "Les champs d'en-tête en 8 bits veulent ENABLE UTF8=ACCEPT et UTF8 (~(n))",
    "All keys removed": "Toutes les clés sont supprimées",
    "Mechanisms of URLs": "Mécanismes des URL",
    "That is no URL of a message on a server": "Ce n'est pas l'URL d'un message sur un serveur",
    "The URL does not say whose mailbox it is": "L'URL ne dit pas à qui est la boîte",
    "The URL does not end with an access identifier":
        "L'URL ne finit pas par un identifiant d'accès",
    "EXPIRE wants a date and time such as 2030-01-31T12:00:00Z":
        "EXPIRE veut une date et une heure, par exemple 2030-01-31T12:00:00Z",
    "The URL is for another user to authorize":
        "Cette URL ne peut être autorisée que par un autre utilisateur",
    "The access identifier names no user": "L'identifiant d'accès ne désigne aucun utilisateur",
    "The URL names nothing that is here": "L'URL ne désigne rien de ce qui est ici",
    "The message to replace is gone": "Le message à remplacer n'existe plus",
    "Some of the messages no longer exist": "Certains des messages n'existent plus",
    "None of the messages exists any more": "Aucun des messages n'existe plus",
    "Cannot decode that part": "Cette partie ne peut pas être décodée",
    "VANISHED is for UID FETCH with QRESYNC enabled":
        "VANISHED est pour UID FETCH avec QRESYNC activé",
    "Too many messages, try a smaller subset": "Trop de messages, essayez-en moins",
    "That exceeds the limit of {} messages": "Cela dépasse la limite de {} messages",
    "Too many messages": "Trop de messages",
    "Minimum batch size is {}": "Un lot compte au moins {} messages",
    "Invalid batch range": "Plage de lots incorrecte",

    # Searching and watching.
    "No such charset": "Ce jeu de caractères n'existe pas",
    "CHARSET is not for a client that enabled UTF-8":
        "CHARSET n'est pas pour un client qui a activé UTF-8",
    "SAVE is for the selected mailbox alone": "SAVE n'est que pour la boîte sélectionnée",
    "the search keys are nested more than {} deep":
        "les clés de recherche sont imbriquées à plus de {} niveaux",
    "the text to search for is not {}": "le texte recherché n'est pas en {}",
    "No such comparator": "Ce comparateur n'existe pas",
    "Will use {} for collation": "Les comparaisons se font maintenant par {}",
    "RELEVANCY is only for a search with FUZZY":
        "RELEVANCY n'est que pour une recherche avec FUZZY",
    "There is no such filter": "Ce filtre n'existe pas",
    "That is no filter: {}": "Ce n'est pas un filtre : {}",
    "The filter {} is no search criteria: {}":
        "Le filtre {} n'est pas un critère de recherche : {}",
    "A filter is in UTF-8": "Un filtre est en UTF-8",
    "Filters make the keys more than {} deep":
        "Avec les filtres, les clés sont imbriquées à plus de {} niveaux",
    "Filters make too many keys": "Avec les filtres, il y a trop de clés",
    "the criteria are not whole, or more than that":
        "les critères ne sont pas complets, ou il y a autre chose",
    "Tag reuse": "Cette étiquette est déjà employée",
    "There is no search of that tag with updates":
        "Aucune recherche de cette étiquette n'est tenue à jour",
    "no such event": "cet événement n'existe pas",
    "Those are too many mailboxes": "Ce sont trop de boîtes",
    "MessageNew and MessageExpunge come together": "MessageNew et MessageExpunge vont ensemble",
    "items to fetch are for the selected mailbox":
        "les éléments à lire sont pour la boîte sélectionnée",
    "of the selected mailbox there are events of messages only":
        "de la boîte sélectionnée, il n'y a que des événements de messages",
    "the selected mailbox is named twice": "la boîte sélectionnée est nommée deux fois",

    # Policies.
    "Too many connections": "Trop de connexions",
    "Too many connections, try again later": "Trop de connexions, réessayez plus tard",
    "Too many login attempts, try again later":
        "Trop de tentatives de connexion, réessayez plus tard",
    "Too many failed logins, try again later": "Trop de connexions échouées, réessayez plus tard",
    "Maximum number of connections from user+IP exceeded":
        "Trop de connexions de cet utilisateur depuis cette adresse IP",
    "Rate limit hit": "Limite de débit atteinte",
    "Account exceeded command or bandwidth limits.":
        "Le compte a dépassé les limites de commandes ou de bande passante.",
    "Client host [{}] blocked": "L'hôte client [{}] est bloqué",
    "Message is larger than {} octets": "Le message dépasse {} octets",
    "Quota exceeded (mailbox for user is full)":
        "Quota dépassé (la boîte de l'utilisateur est pleine)",
    "Basic authentication is disabled.": "L'authentification par mot de passe est désactivée.",
    "Disconnected for inactivity.": "Déconnecté pour inactivité.",
    "Session expired, please login again.": "La session a expiré, veuillez vous reconnecter.",
}

LANGUAGE = Language("fr", texts=_TEXTS, phrases=PHRASES, prefixes=PREFIXES)
