"""auth: who may send for whom, judged by the zone of the test: SPF, DKIM and DMARC (extra `auth`).

SPF (RFC 7208) is pyspf's, DMARC's organizational domains (RFC 7489 §3.2) are publicsuffixlist's.
DKIM (RFC 6376, 8301, 8463) is done here, on cryptography, because a test wants to know what
differs, and by which clock a signature has expired.
"""
