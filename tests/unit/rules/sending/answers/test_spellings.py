"""A secret is found in a text in whichever spelling, and nothing is found in a text that has none."""

import base64
import json
import quopri
import random
import secrets
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recado.rules.sending.answers import unescaping
from recado.rules.sending.answers.spellings import SHORTEST_SECRET, UNSEARCHABLE, Needle, found_in, needles
from tests.unit.rules.sending.answers.spelling import CHANCES, PASSWORDS, SIGNS, WAYS, WRITERS, spelled

PASSWORD = "???>>>pass/w??ord~~~"
KEY = bytes.fromhex("30c7d0a8f0862aba3cd5084f00f2cb3c57cef8f5b9d7a01c3d9fdb53e1a9ac5c")
ENCODED = json.loads(Path(__file__).with_name("encoders.json").read_text())
"""What the encoders of other languages made of some secrets: `[encoder, secret, text]`, each run once."""

AROUND = st.sampled_from(
    [b"%b", b'{"a":"%b"}', b"<p>%b</p>", b"x=%b&y=1", b"Zm9v %b", b"abc%b", b"\xff%b", b"100%% %b"]
)


def found(secret: str | bytes, *texts: bytes, cut_off: bool = False) -> bool:
    """Whether the secret is found in a text."""
    return found_in(tuple(needles("it", secret)), texts, cut_off=cut_off) == "it"


@given(PASSWORDS, WAYS, AROUND, CHANCES)
@settings(max_examples=500, deadline=None)
@example("6\\H{", ("JSON",), b"%b", random.Random(1))
@example("/V_ ", ("percent", "hex"), b"%b", random.Random(1))
@example("_Y0 )'", ("JSON", "JSON"), b"%b", random.Random(4))
@example("s[\\t", ("HTML", "HTML"), b"%b", random.Random(1))
@example("%17pX", ("JSON", "hex"), b"%b", random.Random(3))
@example(":R$(G87lTUb0GX👋d", ("JSON", "HTML"), b"%b", random.Random(1))
def test_a_secret_is_found_however_it_is_spelled(
    secret: str, ways: tuple[str, ...], around: bytes, chance: random.Random
) -> None:
    """In one way or two, one inside the other; whoever knows how could read it back."""
    written = spelled(secret, chance, ways)

    assert secret in written.read_back()
    assert found(secret, around % written.written)


@given(st.binary(min_size=24, max_size=64), st.sampled_from(["Base64", "hex", "numbers"]), CHANCES)
@settings(deadline=None)
def test_a_key_is_found_however_it_is_spelled(key: bytes, way: str, chance: random.Random) -> None:
    """As digits or in Base64 of either alphabet, and once more in Base64."""
    written = WRITERS[way][0](key, chance)

    assert found(key, b"the key is " + written)
    assert found(key, b"\x01" + key)
    assert found(key, base64.b64encode(b"{" + written + b"}"))


@pytest.mark.parametrize(
    ("encoder", "secret", "text"), ENCODED, ids=[f"{one[0]}-{at}" for at, one in enumerate(ENCODED)]
)
def test_what_real_encoders_write_is_read(encoder: str, secret: str, text: str) -> None:
    """PHP, Node.js, Go, Ruby, Perl and Python have ways of their own."""
    assert found(secret, text.encode()), encoder


@pytest.mark.parametrize(
    "charset",
    ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252", "cp850", "mac-roman", "iso8859-15"],
)
def test_a_secret_is_found_in_other_charsets(charset: str) -> None:
    """Whether the answer says which it is, or not; also in Base64, and where UTF-8 was taken for another one."""
    secret = "pässwörd/é"

    assert found(secret, f"it is {secret}.".encode(charset))
    assert found(secret, base64.b64encode(f"it is {secret}.".encode(charset)))
    assert found(secret, secret.encode().decode("latin-1").encode())
    assert found(secret, secret.encode().decode("latin-1").encode().decode("latin-1").encode())


@pytest.mark.parametrize("charset", ["utf-7", "iso2022-jp", "hz"])
def test_a_secret_is_found_in_charsets_of_ascii(charset: str) -> None:
    """They write other letters in signs that are shown as they came."""
    for secret in ("日本/senha", "a+日本"):
        assert found(secret, b"no: " + secret.encode(charset))


@given(PASSWORDS, st.sampled_from(["plain", "JSON", "percent", "HTML", "Base64"]), st.booleans(), CHANCES)
@settings(deadline=None)
def test_a_secret_is_found_in_quoted_printable(secret: str, way: str, header: bool, chance: random.Random) -> None:
    """As mail has it, with lines that end softly, and in its headers."""
    written = spelled(secret, chance, (way,)).written
    wrapped = b"=\n".join(written[at : at + 5] for at in range(0, len(written), 5)) if b"=" not in written else written

    assert found(secret, quopri.encodestring(b"It is " + written, quotetabs=True, header=header))
    assert found(secret, b"It is " + wrapped)


@pytest.mark.parametrize("separator", [*" :-,._/|#$", ", 0x", "\n"])
def test_digits_may_be_parted(separator: str) -> None:
    """Each two by whatever is used for it."""
    assert found(PASSWORD, PASSWORD.encode().hex("~").replace("~", separator).encode())


@pytest.mark.parametrize(
    "text", ["97 195 164 115 115", "(97, 195, 164, 115, 115)", "{97,-61,-92,115,115}", "-61,-92,115,115,97"]
)
def test_bytes_may_be_listed_in_any_brackets(text: str) -> None:
    """As they are, and as Java lists them: with a sign."""
    assert found("ässa" if text.startswith("-") else "aäss", text.encode())


def test_postgresql_writes_bytes_in_two_ways() -> None:
    """Of which one begins as an escape does."""
    octal = b"".join(b"\\%03o" % byte for byte in PASSWORD.encode())
    for written in (b"\\x" + PASSWORD.encode().hex().encode(), octal):
        assert found(PASSWORD, b"ERROR: " + written)
        assert found(PASSWORD, json.dumps({"detail": written.decode()}).encode())


@pytest.mark.parametrize("unseen", ["\u00ad", "\u200b", "\ufeff", "&shy;", "&#8203;", "\\u200b"])
def test_signs_that_are_not_seen_part_nothing(unseen: str) -> None:
    """Nor is a blank another one because no line may break there."""
    assert found(PASSWORD, unseen.join(PASSWORD).encode())
    assert found("correct horse", b"correct&nbsp;horse")
    assert found("correct horse", "correct\u00a0horse".encode())


@pytest.mark.parametrize("place", range(1, 60))
def test_a_secret_that_is_cut_off_is_found(place: int) -> None:
    """From four characters on, as it is, in escapes and in Base64; and not where the text ends by itself."""
    for written in (
        PASSWORD.encode(),
        "".join(f"\\u{ord(sign):04x}" for sign in PASSWORD).encode(),
        "".join(f"%{ord(sign):02X}" for sign in PASSWORD).encode(),
        base64.b64encode(PASSWORD.encode()),
        PASSWORD.encode().hex().encode(),
    ):
        readable = place * len(PASSWORD) // len(written)
        if readable > SHORTEST_SECRET and place <= len(written):
            assert found(PASSWORD, b"a=" + written[:place], cut_off=True), written[:place]
            if place < len(written) - 2:
                assert not found(PASSWORD, b"a=" + written[:place])


@pytest.mark.parametrize("secret", ["abc", "äöü", "1", b"\x00\x01\x02"])
def test_what_is_too_short_is_not_looked_for(secret: str | bytes) -> None:
    """Three characters stand in many a text by chance."""
    assert list(needles("it", secret)) == []


@pytest.mark.parametrize("secret", ["++++++", "    ", "\\\\\\\\\\\\\\\\", "a b", "+-+-", "\\\\n\\\\n"])
def test_secrets_of_signs_that_escape_are_found_as_they_are(secret: str) -> None:
    """And in the spellings in which they are not those signs."""
    if len(secret) >= SHORTEST_SECRET:
        for written in (secret, json.dumps(secret), base64.b64encode(secret.encode()).decode()):
            assert found(secret, written.encode())
        assert not found(secret, b"nothing of the kind")


@given(st.text(SIGNS, max_size=200) | st.binary(max_size=200).map(lambda any_: any_.decode("latin-1")))
@settings(deadline=None)
def test_nothing_is_found_where_nothing_is(text: str) -> None:
    """Whatever the text is, as it is and in Base64: 24 random letters are in none by chance."""
    secret = secrets.token_urlsafe(24)

    assert not found(secret, text.encode(), base64.b64encode(text.encode()), cut_off=True)


def test_needles_do_not_show_what_they_look_for() -> None:
    """They may stand in an error's text."""
    assert repr(Needle("the password", b"hunter2")) == (
        "Needle(what='the password', is_folded=True, is_ascii=True, looks_escaped=False)"
    )


@pytest.mark.parametrize(
    "text",
    [
        b"%" + b"25" * 5_000 + b"41",
        b"\\\\" * 50_000 + b"u0041",
        b"&amp;" * 20_000,
        b"%41 " * 20_000,
        b"&amp;amp;amp;amp;amp;amp;amp;amp;amp;amp;lt;",
    ],
)
def test_what_cannot_be_searched_is_not_taken_for_harmless(text: bytes) -> None:
    """More layers or escapes than are undone: that is what is found."""
    assert found_in(tuple(needles("it", PASSWORD)), [text]) == UNSEARCHABLE


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"\\u{0x3040 + at % 9000:04x}" for at in range(16 * 1024 // 6)).encode(),
        "".join(f"&#{1000 + at % 8999};" for at in range(16 * 1024 // 7)).encode(),
        b"%e3%81" * (16 * 1024 // 6),
        b"<td>&nbsp;</td>" * (16 * 1024 // 15),
        base64.b64encode(random.Random(1).randbytes(12 * 1024)),
        json.dumps(
            json.dumps(
                json.dumps({"path": "C:\\\\temp\\\\new", "text": 'say "hello"'} | {str(at): at for at in range(900)})
            )
        ).encode(),
    ],
)
def test_16_kb_in_one_spelling_are_searched(text: bytes) -> None:
    """A text of any language that is escaped throughout is shown like any other."""
    assert found_in(tuple(needles("it", PASSWORD)), [text], cut_off=True) is None


@pytest.mark.parametrize("entity", [b"&#%b112;", b"&#x%b70;", b"&#X%b70;", b"&#%b112"])
def test_an_escape_may_have_any_number_of_zeros(entity: bytes) -> None:
    """It is read as any other, though Python reads no number of more than 4,300 digits."""
    assert found("password", entity % (b"0" * 15_000) + b"assword")
    assert not found("password", entity % (b"0" * 15_000))


def test_a_search_undoes_a_bounded_number_of_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    """In all layers and in all that is encoded in the text, however much that is."""
    undone = 0

    def counted(_match: object) -> bytes:
        nonlocal undone
        undone += 1
        return b"x"

    monkeypatch.setattr(unescaping, "_of_bytes", counted)
    text = b"%41 " * 24_000 + base64.b64encode(b"%41 " * 24_000)

    assert found_in(tuple(needles("it", PASSWORD)), [text]) == UNSEARCHABLE
    assert undone <= unescaping.MOST_ESCAPES + 1
