"""Bytes to text when the declared charset may be missing, unknown or untrue.

The order of belief: what the bytes prove (UTF-8 is hardly ever met by accident), what the mail declares, Windows-1252 for text
with few letters beyond ASCII, and charset-normalizer as the last resort. ISO-8859-1 and US-ASCII are read as Windows-1252, as
browsers do.
Known limit: two single-byte charsets cannot be told apart from a short text.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from consultant.mail.defects import Defect, Forgiven

_ALIASES = {
    "ansi": "cp1252", "ascii": "cp1252", "cp-850": "cp850", "gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8", "iso8859-1": "cp1252", "ks_c_5601-1987": "cp949", "latin1": "cp1252", "latin-1": "cp1252",
    "shift_jis": "cp932", "unicode-1-1-utf-7": "utf-7", "us-ascii": "cp1252", "utf": "utf-8", "utf8": "utf-8", "unicode": "utf-8",
    "utf8mb4": "utf-8", "windows-874": "cp874", "windows-31j": "cp932", "x-sjis": "cp932", "x-mac-roman": "mac-roman",
}  # fmt: skip
# Python codecs that are no charsets of mail; two of them take quadratic time.
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "unicode_escape", "raw_unicode_escape"}
)
_NAME = re.compile(r"[a-z0-9][a-z0-9._:+-]{0,39}")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WESTERN_SHARE = 0.15
"""Western text has fewer bytes beyond ASCII than this; Cyrillic, Greek or Japanese text has more."""
_DAMAGE_SHARE = 0.02
"""Text with fewer damaged characters than this is still UTF-8: cut lines, one bad quote."""
_SAMPLE = 2048
_PLAIN_ASCII = re.compile(rb"[\t\n\r -~]*")
_GUESSES = (
    "cp1251", "koi8_r", "cp1250", "cp1253", "cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1254", "cp1255", "cp1256", "cp1252",
)  # fmt: skip
_LIKE_ASCII = frozenset({"", "cp1252", "utf-8"})
_WIDE = ("utf-16", "utf-32")
_REPLACEMENT = "\ufffd"
# How the UTF-8 of curly quotes, dashes and accents looks when it was once taken for Windows-1252 and encoded again.
_DOUBLE_ENCODED = re.compile(
    "\u00e2\u20ac[\u2122\u0153\u02dc\u201c\u201d\u00a6\u00a2\x9d]|\u00c3[\u00a0-\u00bf\u0192-\u2122]|\u00c2[\u00a0-\u00bf]"
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufeff]")


def to_text(data: bytes, declared: str, forgive: Forgiven) -> str:
    """The text of ``data`` with LF line ends and without control characters; never fails."""
    text = _decoded(data, declared, forgive)
    if _DOUBLE_ENCODED.search(text):
        text = _encoded_once(text, forgive)
    return clean(text)


def clean(text: str) -> str:
    """The text with LF line ends and without control characters, byte order marks and lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\f", "\n").replace("\x85", "\n")
    return _CONTROLS.sub("", text)


def known(declared: str) -> str:
    """The codec for a declared charset, empty when none is declared or the name means nothing."""
    name = declared.strip(" \t\"'").lower()
    name = _ALIASES.get(name, name)
    if not _NAME.fullmatch(name) or name in _NO_CHARSETS:
        return ""
    try:
        codec = codecs.lookup(name)
        codec.decode(b"")
    except (LookupError, UnicodeError, ValueError, TypeError):
        return ""
    # Codecs such as "hex" or "zip" turn bytes into bytes, and may blow them up.
    return name if isinstance(codec.decode(b"")[0], str) and codec.name not in _NO_CHARSETS else ""


def _decoded(data: bytes, declared: str, forgive: Forgiven) -> str:
    codec = known(declared)
    if declared.strip() and not codec:
        forgive(Defect.CHARSET_UNKNOWN)
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if marked == "utf-16" and _PLAIN_ASCII.fullmatch(data, 2):
        # NUL bytes do not survive every way, and ours takes them out of raw mail: what is left of UTF-16 is ASCII.
        return data[2:].decode("ascii")
    if marked:
        return data.decode(marked, "replace")
    if codec in _LIKE_ASCII and not _BEYOND_ASCII.search(data):
        return data.decode("ascii")
    for reader in (_proved_utf_8, _as_declared, _damaged_utf_8):
        text = reader(data, codec, forgive)
        if text is not None:
            return text
    return _guessed(data, forgive)


def _proved_utf_8(data: bytes, codec: str, forgive: Forgiven) -> str | None:
    # An escape-based or wide charset may well be ASCII on the wire, so only bytes beyond ASCII prove anything.
    if codec.startswith(_WIDE) or not _BEYOND_ASCII.search(data):
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if codec not in {"utf-8", ""}:
        forgive(Defect.CHARSET_LIES)
    return text


def _as_declared(data: bytes, codec: str, forgive: Forgiven) -> str | None:
    if not codec:
        return None
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        forgive(Defect.CHARSET_LIES)
        return None


def _damaged_utf_8(data: bytes, codec: str, _forgive: Forgiven) -> str | None:
    # Real multi-byte characters beside few bad ones: UTF-8 that was cut or damaged, not another charset.
    if codec != "utf-8":
        return None
    text = data.decode("utf-8", "replace")
    real = any(character > "\x7f" and character != _REPLACEMENT for character in text)
    return text if real and text.count(_REPLACEMENT) <= max(1, _DAMAGE_SHARE * len(text)) else None


def _guessed(data: bytes, forgive: Forgiven) -> str:
    forgive(Defect.CHARSET_GUESSED)
    sample = data[:_SAMPLE]
    if len(_BEYOND_ASCII.findall(sample)) <= _WESTERN_SHARE * len(sample):
        return data.decode("cp1252", "replace")
    best = from_bytes(sample, cp_isolation=list(_GUESSES)).best()
    return data.decode(best.encoding if best else "cp1252", "replace")


def _encoded_once(text: str, forgive: Forgiven) -> str:
    try:
        repaired = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
    forgive(Defect.DOUBLE_ENCODED)
    return repaired
