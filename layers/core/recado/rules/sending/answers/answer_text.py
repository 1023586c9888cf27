"""The body of an answer as people can read it: text by its charset; what is compressed or no text is named.

Nothing is decompressed: a few kilobytes may stand for gigabytes.
"""

import codecs
import re
from collections.abc import Sequence

from recado.rules.sending.attempt import Response

_MOST_BAD = 0.1
_FEWEST_ZEROS, _MOST_ZEROS = 0.4, 0.5  # of a text in UTF-16 that does not say so; in UTF-32 there are more
# Bounded, since a header may hold 64 KB of blanks, which two kinds of repetition side by side share out in turn.
_LABEL = re.compile(r"charset\s{0,9}=[\s\"']{0,9}([\w.:+-]{1,40})", re.IGNORECASE)
# Where HTML and XML say it themselves, in their first kilobyte (https://html.spec.whatwg.org, "prescan").
_SAID_WITHIN = re.compile(
    rb"(?:<meta\s[^>]{0,200}?charset|<\?xml\s[^>]{0,200}?encoding)\s{0,9}=[\s\"']{0,9}([\w.:+-]{1,40})", re.IGNORECASE
)
_LOOKED_THROUGH = 1024
_MARKUP = re.compile(r"html|xml|^\s*$", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)
_SIGNS = re.compile("[^0-9a-z]")
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_OF_NO_TEXT = ("audio/", "font/", "image/", "video/")
_TEXT_ALL_THE_SAME = ("image/svg+xml",)
_OF_TEXT = re.compile(r"text/.*|.*[/+](json|xml)|application/(x-www-form-urlencoded|javascript)")

_ENCODINGS = {name: name for name in ("gzip", "deflate", "br", "zstd", "compress")}
_ENCODINGS |= {"x-gzip": "gzip", "x-compress": "compress", "dcb": "br", "dcz": "zstd"}
_BEGINNINGS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DEFAULT = "utf-8"
_WESTERN = "cp1252"  # what is called ISO-8859-1 is read so everywhere (https://encoding.spec.whatwg.org, "labels")

_PAGES_OF_IBM = ("437", "850", "852", "855", "858", "866", "037", "273", "500", "1140")  # the last four are EBCDIC

# Charsets of text, by their names without signs. Python has codecs for other things, too: none of them is asked.
_CODECS = {
    **dict.fromkeys(("utf8", "ascii", "usascii"), _DEFAULT),
    **dict.fromkeys(("iso88591", "latin1", "l1", "windows1252", "cp1252"), _WESTERN),
    **{f"iso8859{part}": f"iso8859-{part}" for part in (*range(2, 12), *range(13, 17))},
    **{"iso885911987": _WESTERN, "iso88598i": "iso8859-8", "iso88598e": "iso8859-8"},
    **{f"latin{number}": f"iso8859-{part}" for number, part in ((2, 2), (3, 3), (4, 4), (5, 9), (6, 10), (9, 15))},
    **{f"windows{page}": f"cp{page}" for page in range(1250, 1259)},
    **{f"xcp{page}": f"cp{page}" for page in range(1250, 1259)},
    **{f"{name}{page}": f"cp{page}" for page in _PAGES_OF_IBM for name in ("cp", "ibm")},
    **{f"cp{page}": f"cp{page}" for page in range(1250, 1259) if page != 1252},  # noqa: PLR2004 - the Western one, above
    **dict.fromkeys(("koi8r", "koi8"), "koi8-r"),
    "koi8u": "koi8-u",
    **dict.fromkeys(("macintosh", "macroman", "xmacroman"), "mac-roman"),
    "xmaccyrillic": "mac-cyrillic",
    "tis620": "tis-620",
    "windows874": "cp874",
    **dict.fromkeys(("shiftjis", "sjis", "xsjis", "windows31j", "cp932", "mskanji"), "cp932"),
    **dict.fromkeys(("eucjp", "xeucjp"), "euc-jp"),
    "iso2022jp": "iso2022-jp",
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936", "xgbk"), "gb18030"),
    **dict.fromkeys(("big5", "big5hkscs", "cp950"), "big5hkscs"),
    **dict.fromkeys(("euckr", "ksc5601", "ksc56011987", "ksc56011989", "cp949", "windows949"), "cp949"),
    "hzgb2312": "hz",
    **{f"utf{bits}{end}": f"utf-{bits}-{end}" for bits in (16, 32) for end in ("le", "be")},
}
_WIDE = {"utf16": 16, "ucs2": 16, "utf32": 32, "ucs4": 32}


def text_of(response: Response, content_type: str) -> tuple[str, bool]:
    """The body as it is to be shown, and whether that is its text; else it is a sentence in brackets about what it is.

    `content_type` is the value of that header, as far as it may be shown.
    """
    body = response.body
    if not body:
        return "", True
    encoding = _encoding(response.headers, body)
    if encoding is not None:
        return f"[a compressed answer ({encoding}), not shown]", False
    # Only the media type is judged and named, never what stands behind it.
    named = _MEDIA_TYPE.match(content_type.strip().lower())
    media_type = named[0] if named else ""
    if not media_type.startswith(_OF_NO_TEXT) or media_type in _TEXT_ALL_THE_SAME:
        text = _decoded(body, content_type, truncated=response.truncated)
        if _is_text(text, media_type):
            return text, True
    size = f"{'more than ' if response.truncated else ''}{len(body):,} bytes"
    return f"[binary, {media_type}, {size}]" if media_type else f"[binary, {size}]", False


def _encoding(headers: Sequence[tuple[str, str]], body: bytes) -> str | None:
    """What the body is compressed with, in one of the names that are known."""
    values = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    declared = [_ENCODINGS[word] for word in re.split(r"[,\s]+", values.lower()) if word in _ENCODINGS]
    if declared:
        return ", ".join(dict.fromkeys(declared))
    return next((encoding for beginning, encoding in _BEGINNINGS.items() if body.startswith(beginning)), None)


def _decoded(body: bytes, content_type: str, *, truncated: bool) -> str:
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return _text(body[len(mark) :], codec, truncated=truncated)
    label = _LABEL.search(content_type)
    zeros = body.count(0) / len(body)
    if label is None and zeros >= _FEWEST_ZEROS:
        wide = _text(body, _wide(body, 32 if zeros > _MOST_ZEROS else 16), truncated=truncated)
        if all(word.isprintable() for word in wide.split()):
            return wide
    if label is None:
        return _text(body, _said_within(body, content_type), truncated=truncated)
    name = _name(label[1])
    codec = _wide(body, _WIDE[name]) if name in _WIDE else _CODECS.get(name, _DEFAULT)
    return _text(body, codec, truncated=truncated)


def _said_within(body: bytes, content_type: str) -> str:
    """The codec that a page of HTML or XML names itself; JSON may hold such a page, and is UTF-8 all the same."""
    said = _SAID_WITHIN.search(body, 0, _LOOKED_THROUGH) if _MARKUP.search(content_type) else None
    name = _name(said[1].decode(errors="ignore")) if said else ""
    # What can be read so far is in no wide charset, whatever it says.
    return _DEFAULT if name.startswith("utf") else _CODECS.get(name, _DEFAULT)


def _name(label: str) -> str:
    return _SIGNS.sub("", label.lower())


def _wide(body: bytes, bits: int) -> str:
    # RFC 2781 section 4.3 says which end comes first, senders do as they like: in most texts the upper bytes are zero.
    first, last = body[:: bits // 8].count(0), body[bits // 8 - 1 :: bits // 8].count(0)
    return f"utf-{bits}-{'be' if first > last else 'le'}"


def _text(body: bytes, codec: str, *, truncated: bool) -> str:
    # The last character may have been cut in two.
    return codecs.getincrementaldecoder(codec)("replace").decode(body, final=not truncated)


def _is_text(text: str, media_type: str) -> bool:
    if "\0" in text:
        return False
    return bool(_OF_TEXT.fullmatch(media_type)) or len(_CONTROLS.findall(text)) <= _MOST_BAD * len(text)
