"""Our own DKIM signature on the letters we send (RFC 6376, RFC 8301): made once, before the bytes are stored.

A letter that is sent again is the same bytes with the same signature. Signed are the fields that a reader sees or a thread hangs
on; From, Subject and Reply-To are named once more than they stand, so that nobody can add a second one. Both canonicalizations are
relaxed, which survives what relays do to blanks. Known limits: RSA keys only; the signature bears the time at which the library
made it; a key is read at start, and changing it wants a restart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import dkim
from dkim.crypto import UnparsableKeyError, parse_pem_private_key

from consultant.errors import PermanentError, UsageError

_SIGNED = (
    *("from", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted"),
    *("mime-version", "content-type", "content-transfer-encoding"),
)
_ONCE_MORE = ("from", "subject", "reply-to")
_LEAST_BYTES = 128
"""Of the modulus: verifiers must refuse keys of less than 1024 bits (RFC 8301 §3.2)."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: ``SELECTOR._domainkey.DOMAIN`` in DNS holds the public key."""

    domain: str
    selector: str
    key: bytes = field(repr=False)

    @classmethod
    def load(cls, *, domain: str, selector: str, key_file: Path, author: str) -> Signer:
        """Read the private key (PEM). Raises UsageError when it cannot sign, or the author's domain is not one of the signer's."""
        try:
            key = key_file.read_bytes()
            parsed = parse_pem_private_key(key)
        except OSError as error:
            msg = f"CONSULTANT_DKIM_KEY: {key_file} cannot be read: {error.strerror}"
            raise UsageError(msg) from None
        except (UnparsableKeyError, ValueError, KeyError, IndexError):
            parsed = {}
        if parsed.get("modulus", 0).bit_length() <= (_LEAST_BYTES - 1) * 8:
            msg = f"CONSULTANT_DKIM_KEY: {key_file} must hold an RSA private key in PEM, of 2048 bits or so"
            raise UsageError(msg)
        author_domain = author.rpartition("@")[2].lower()
        if author_domain != domain.lower() and not author_domain.endswith(f".{domain.lower()}"):
            msg = (
                f"CONSULTANT_DKIM_DOMAIN: letters of {author_domain} signed by {domain} would not count for DMARC; use that domain"
            )
            raise UsageError(msg)
        return cls(domain, selector, key)

    def sign(self, content: bytes) -> bytes:
        """The mail with a DKIM-Signature field on top. Raises PermanentError for content that is no mail."""
        try:
            signing = dkim.DKIM(content, linesep=b"\r\n")
            present = {name.lower() for name, _ in signing.headers}
            fields = [name.encode("ascii") for name in _SIGNED if name.encode("ascii") in present]
            signature = signing.sign(
                self.selector.encode("ascii"),
                self.domain.encode("idna"),
                self.key,
                canonicalize=(b"relaxed", b"relaxed"),
                include_headers=fields + [name.encode("ascii") for name in _ONCE_MORE],
            )
        except (dkim.DKIMException, UnicodeError) as error:
            msg = f"the mail cannot be signed ({type(error).__name__}); look at CONSULTANT_DKIM_SELECTOR and the letter"
            raise PermanentError(msg) from None
        return bytes(signature) + content
