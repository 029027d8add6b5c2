"""Turns the bytes of a mail into text, whatever charset they claim, and makes the text fit to keep."""

from __future__ import annotations

import re
import unicodedata

from charset_normalizer import from_bytes

# What mails say is not always what they mean: each of these is read as the wider charset it is part of.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-gb2312": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "iso-2022-jp": "iso-2022-jp-ext",
    "shift_jis": "cp932",
    "iso-8859-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
}
# Python's own ways to write text, slow or full of escapes; no mail is written in them.
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})
_LOOKED_AT = 32 * 1024  # bytes from which a charset is guessed
# Control characters but tab and line feed, and halves of characters: no page and no database takes them.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def decoded(data: bytes, declared: str | None) -> str:
    """The text that these bytes most likely mean; never raises."""
    for charset in (declared, "utf-8", _guessed(data)):
        text = _strictly(data, charset)
        if text is not None:
            return text
    return data.decode("cp1252", errors="replace")


def fit(text: str) -> str:
    """A text without what can't be kept or shown: one kind of line end, composed characters, no control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNFIT.sub("", lines))


def _strictly(data: bytes, charset: str | None) -> str | None:
    if not charset:
        return None
    name = charset.strip("\"' \t").casefold()
    if name in _NO_CHARSETS:
        return None
    try:
        return data.decode(_WIDER.get(name, name), "strict")
    except (LookupError, ValueError):  # a UnicodeError is a ValueError, as is a NUL in a charset's name
        return None


def _guessed(data: bytes) -> str | None:
    if data.isascii():
        return None
    best = from_bytes(data[:_LOOKED_AT]).best()
    return best.encoding if best else None
