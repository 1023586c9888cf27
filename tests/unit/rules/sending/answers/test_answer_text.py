"""What of an answer's bytes people can read: text by its charset, else a name for it."""

import gzip
import zlib

import pytest

from recado.rules.sending.answers.answer_text import text_of
from recado.rules.sending.attempt import Response

PORTUGUESE = "não há curso nº 7 €, tente às 9"
JAPANESE = "コースが見つかりません"
RUSSIAN = "Дисциплина"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(200))


def shown(body: bytes, content_type: str = "", encoding: str | None = None, *, truncated: bool = False) -> str:
    """What stands for this body."""
    headers = (("content-type", content_type), *([("Content-Encoding", encoding)] if encoding is not None else []))
    text, is_text = text_of(Response(headers, body, truncated), content_type)
    assert is_text == (not text.startswith("["))
    return text


@pytest.mark.parametrize(
    ("text", "codec", "content_type"),
    [
        (PORTUGUESE, "utf-8", ""),
        (PORTUGUESE, "utf-8", "text/plain"),
        (PORTUGUESE, "utf-8", "application/json; charset=us-ascii"),
        (PORTUGUESE, "utf-8", "text/plain; charset=nonsense"),
        (PORTUGUESE, "utf-8-sig", "text/plain; charset=iso-8859-1"),
        (PORTUGUESE, "cp1252", "text/html;charset=ISO-8859-1"),
        (PORTUGUESE, "cp1252", 'text/html; boundary=x; charset="windows-1252"'),
        (PORTUGUESE, "utf-16", "application/json"),
        (PORTUGUESE, "utf-16-le", "text/plain; charset=utf-16"),
        (PORTUGUESE, "utf-16-be", "text/plain; charset=UTF-16"),
        (PORTUGUESE, "utf-16-be", "application/json"),
        (PORTUGUESE, "utf-16-le", "text/plain; charset=utf-16le"),
        (PORTUGUESE, "utf-32", "text/plain; charset=utf-32"),
        (PORTUGUESE, "utf-32-be", "text/plain"),
        (JAPANESE, "cp932", "text/html; charset=Shift_JIS"),
        (JAPANESE, "euc-jp", "text/html; charset=EUC-JP"),
        (JAPANESE, "iso2022-jp", "text/html; Charset = iso-2022-jp"),
        (JAPANESE, "gb18030", "text/html; charset=gbk"),
        (JAPANESE, "utf-16-le", "text/html; charset=utf-16"),
        (RUSSIAN, "koi8-r", "text/plain; charset=koi8-r"),
        (RUSSIAN, "cp1251", "text/plain; charset=windows-1251"),
        (RUSSIAN, "iso8859-5", "application/problem+json; charset=iso_8859-5"),
        (RUSSIAN, "cp866", "application/xml; charset=IBM866"),
        ("과정을 찾을 수 없음", "cp949", "text/plain; charset=euc-kr"),
        ("找不到課程", "big5", "text/plain; charset=Big5"),
        ("Κύρος", "iso8859-7", "text/plain; charset=iso-8859-7"),
        ("<svg>é</svg>", "utf-8", "image/svg+xml"),
        ("\x1b[31mbad\x1b[0m", "utf-8", ""),
    ],
)
def test_text_is_read_by_its_charset(text: str, codec: str, content_type: str) -> None:
    """The one that the answer names, or begins with; UTF-8 where it is none that is known."""
    assert shown(text.encode(codec), content_type) == text


@pytest.mark.parametrize(
    "name", ["zlib", "bz2", "hex", "base64", "rot13", "idna", "punycode", "unicode_escape", "utf-7", "../../x"]
)
def test_no_codec_but_of_text_is_asked(name: str) -> None:
    """Python has others, that decompress or do worse: what they are named for is read as UTF-8."""
    body = b"eJxLTEpOSU0DAAYwAg4= +AGE- \\x41"

    assert shown(body, f"text/plain; charset={name}") == body.decode()


def test_what_does_not_fit_is_replaced() -> None:
    """The rest is read all the same; a character that was cut in two is left out."""
    assert shown(b"a\xffb", "text/plain") == "a\ufffdb"
    assert shown("aé".encode()[:2], "text/plain", truncated=True) == "a"
    assert shown("aé".encode()[:2], "text/plain") == "a\ufffd"


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("gzip", "gzip"),
        ("X-GZIP", "gzip"),
        ("deflate", "deflate"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, br", "gzip, br"),
        ("identity, gzip", "gzip"),
    ],
)
def test_what_is_compressed_is_named(encoding: str, named: str) -> None:
    """It is not decompressed: a bomb would be, too."""
    assert shown(zlib.compress(b"x" * 1000), "text/plain", encoding) == f"[a compressed answer ({named}), not shown]"
    assert shown(b"", "text/plain", encoding) == ""


def test_what_is_compressed_without_saying_so_is_named() -> None:
    """By how it begins."""
    assert shown(gzip.compress(b"x"), "application/json") == "[a compressed answer (gzip), not shown]"
    assert shown(b"\x28\xb5\x2f\xfd\x04\x00", "") == "[a compressed answer (zstd), not shown]"


@pytest.mark.parametrize("encoding", ["identity", "", "utf-8", "none", "chunked"])
def test_encodings_that_compress_nothing_are_no_matter(encoding: str) -> None:
    """Some servers have odd ideas of this header."""
    assert shown(b"not found", "text/plain", encoding) == "not found"


@pytest.mark.parametrize(
    ("body", "content_type", "named"),
    [
        (PNG * 6, "image/png", "[binary, image/png, 1,296 bytes]"),
        (PNG, "", "[binary, 216 bytes]"),
        (PNG, "application/octet-stream", "[binary, application/octet-stream, 216 bytes]"),
        (b"text", "image/png", "[binary, image/png, 4 bytes]"),
        (PNG, "text/plain; charset=utf-8", "[binary, text/plain, 216 bytes]"),
        (bytes(range(128, 256)), "application/pdf; x=1", "[binary, application/pdf, 128 bytes]"),
        (bytes(range(128, 256)), "<script>/x", "[binary, 128 bytes]"),
        (b"a\0\0\0\1\2\3", "", "[binary, 7 bytes]"),
        (b"not found\0", "", "[binary, 10 bytes]"),
        (PNG + bytes(300), "", "[binary, 516 bytes]"),
    ],
)
def test_what_is_no_text_is_named(body: bytes, content_type: str, named: str) -> None:
    """With its type, if it has one, and its size."""
    assert shown(body, content_type) == named


def test_the_size_of_what_was_not_read_whole_is_not_known() -> None:
    """Only that there was more."""
    assert shown(PNG, "image/png", truncated=True) == "[binary, image/png, more than 216 bytes]"


def test_a_content_type_of_blanks_is_read_at_once() -> None:
    """A receiver may send 64 KB of it: no more than a few are looked through for each name of a charset."""
    blanks = " " * 60_000

    assert shown(RUSSIAN.encode(), f"text/plain; charset={blanks}!") == RUSSIAN
    assert shown(RUSSIAN.encode(), f"text/plain; charset{blanks}=koi8-r") == RUSSIAN
    assert shown(RUSSIAN.encode("koi8-r"), "text/plain; charset = 'koi8-r'") == RUSSIAN


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        ("não", "latin-1", "ISO_8859-1:1987"),
        ("não", "mac-roman", "x-mac-roman"),
        ("한글", "cp949", "ks_c_5601-1987"),
        ("שלום", "iso8859-8", "iso-8859-8-i"),
        (RUSSIAN, "cp1251", "x-cp1251"),
        (RUSSIAN, "mac-cyrillic", "x-mac-cyrillic"),
        ("汉字", "hz", "hz-gb-2312"),
        ("não", "cp037", "ibm037"),
        ("não", "cp500", "IBM500"),
        ("não €", "cp858", "cp858"),
    ],
)
def test_charsets_have_more_than_one_name(text: str, codec: str, name: str) -> None:
    """Servers still say those that were registered long ago."""
    assert shown(text.encode(codec), f"text/plain; charset={name}") == text


@pytest.mark.parametrize(
    ("codec", "content_type", "text"),
    [
        ("cp1251", "text/html", f'<!DOCTYPE html><meta charset="windows-1251"><p>{RUSSIAN}'),
        ("cp1251", "text/html", f"<META CHARSET=windows-1251>{RUSSIAN}"),
        ("koi8-r", "", f"<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>{RUSSIAN}"),
        ("cp1252", "application/xml", f'<?xml version="1.0" encoding="ISO-8859-1"?><e>{PORTUGUESE}</e>'),
        ("cp932", "text/xml", f"<?xml version='1.0' encoding = 'Shift_JIS' ?><e>{JAPANESE}</e>"),
        ("utf-8", "text/html", f'<meta charset="nonsense">{RUSSIAN}'),
        ("utf-8", "text/html", f'<meta charset="utf-16">{RUSSIAN}'),
        ("utf-8", "text/html; charset=utf-8", f'<meta charset="windows-1251">{RUSSIAN}'),
        ("utf-8", "text/html", f"{' ' * 1100}<meta charset=windows-1251>{RUSSIAN}"),
        ("utf-8", "text/plain", f"<meta charset=windows-1251>{RUSSIAN}"),
        ("utf-8", "application/json", f'{{"page":"<meta charset=windows-1251>{RUSSIAN}"}}'),
    ],
)
def test_a_page_may_name_its_charset_itself(codec: str, content_type: str, text: str) -> None:
    """In its first kilobyte, as HTML and XML have it, where the header does not."""
    assert shown(text.encode(codec), content_type) == text
