"""Signed and encrypted mail; the signatures are shapes, not proofs: nobody's key made them."""

from base64 import encodebytes

from pytest_fakemail.zoo.entry import Entry, Reading, entry, message

_DER = encodebytes(b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + bytes(60)).decode()
_SIGNED = (
    "Subject: {subject}\nMIME-Version: 1.0\n"
    'Content-Type: multipart/signed; boundary=b; micalg={digest};\n protocol="{protocol}"\n\n'
    "--b\nContent-Type: text/plain\n\nSigned text\n--b\n{signature}\n--b--\n"
)
_ARMOUR = "-----BEGIN PGP {kind}-----\n\niQEzBAEBCAAdFiEE\n=AbCd\n-----END PGP {kind}-----\n"

ENTRIES: tuple[Entry, ...] = (
    entry(
        "smime-signed",
        "signed smime",
        "A text and beside it its S/MIME signature (RFC 8551).",
        message(
            "smime-signed",
            _SIGNED.format(
                subject="signed",
                digest="sha-256",
                protocol="application/pkcs7-signature",
                signature=(
                    "Content-Type: application/pkcs7-signature; name=smime.p7s\n"
                    "Content-Transfer-Encoding: base64\n"
                    f"Content-Disposition: attachment; filename=smime.p7s\n\n{_DER}"
                ),
            ),
        ),
        Reading(text="Signed text", attachments=("smime.p7s",)),
    ),
    entry(
        "smime-opaque",
        "signed smime",
        "The text is within the signature: who cannot read S/MIME sees nothing.",
        message(
            "smime-opaque",
            "Subject: opaque\nMIME-Version: 1.0\n"
            "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n"
            "Content-Transfer-Encoding: base64\n"
            f"Content-Disposition: attachment; filename=smime.p7m\n\n{_DER}",
        ),
        Reading(text="", attachments=("smime.p7m",)),
    ),
    entry(
        "smime-encrypted",
        "encrypted smime",
        "Encrypted with S/MIME.",
        message(
            "smime-encrypted",
            "Subject: secret\nMIME-Version: 1.0\n"
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
            "Content-Transfer-Encoding: base64\n"
            f"Content-Disposition: attachment; filename=smime.p7m\n\n{_DER}",
        ),
        Reading(text="", attachments=("smime.p7m",)),
    ),
    entry(
        "pgp-signed",
        "signed pgp",
        "A text and its OpenPGP signature.",
        message(
            "pgp-signed",
            _SIGNED.format(
                subject="signed",
                digest="pgp-sha256",
                protocol="application/pgp-signature",
                signature=(
                    "Content-Type: application/pgp-signature; name=signature.asc\n\n"
                    + _ARMOUR.format(kind="SIGNATURE")
                ),
            ),
        ),
        Reading(text="Signed text", attachments=("signature.asc",)),
    ),
    entry(
        "pgp-encrypted",
        "encrypted pgp",
        "Encrypted with OpenPGP, in its two parts.",
        message(
            "pgp-encrypted",
            "Subject: ...\nMIME-Version: 1.0\nContent-Type: multipart/encrypted; boundary=b;\n"
            ' protocol="application/pgp-encrypted"\n\n'
            "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
            "--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n"
            + _ARMOUR.format(kind="MESSAGE")
            + "--b--\n",
        ),
        Reading(text=""),
    ),
    entry(
        "pgp-inline",
        "signed pgp old",
        "A signed text, the signature within it.",
        message(
            "pgp-inline",
            "Subject: inline\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
            "Signed text\n" + _ARMOUR.format(kind="SIGNATURE"),
        ),
        Reading(text="Signed text"),
    ),
    entry(
        "dkim-signed",
        "signed dkim",
        "A DKIM signature in the header, folded as signers fold it.",
        message(
            "dkim-signed",
            "Subject: dkim\nDKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.test;\n"
            "\ts=mail; t=1767605400; h=from:to:subject:date:message-id;\n"
            "\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\n"
            "\tb=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v\n"
            "\t MDEyMzQ1Njc4OTo7PD0+Pw==\n"
            "Authentication-Results: mx.example.test; dkim=pass header.d=example.test\n\nHello\n",
        ),
        Reading(subject="dkim"),
    ),
)
