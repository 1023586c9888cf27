"""Signing secrets: made here, or brought along in the spelling of another sender."""

import base64
from datetime import UTC, datetime

import pytest
import standardwebhooks
from hypothesis import assume, example, given
from hypothesis import strategies as st

from recado.rules.sending.signing.signing import signature
from recado.rules.sending.signing.signing_secret import InvalidSecretError, canonical, generate, key_of

SVIX = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_AT = datetime.fromtimestamp(1, UTC)
PADDED = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def encoded(key: bytes) -> str:
    """Return a key in base64."""
    return base64.b64encode(key).decode()


def test_a_new_secret_is_as_the_specification_asks() -> None:
    """`whsec_` and 24 to 64 random bytes in base64, never the same twice."""
    secrets = {generate() for _ in range(100)}

    assert len(secrets) == 100
    for secret in secrets:
        prefix, _, rest = secret.partition("_")
        assert prefix == "whsec"
        assert len(base64.b64decode(rest, validate=True)) == 32
        assert canonical(secret) == secret


@pytest.mark.parametrize(
    ("spelled", "kept"),
    [
        (SVIX, SVIX),
        (SVIX.removeprefix("whsec_"), SVIX),
        (f"v1,{SVIX}", SVIX),
        (PADDED, PADDED),
        (PADDED.rstrip("="), PADDED),
        (PADDED.removeprefix("whsec_"), PADDED),
        (PADDED.removeprefix("whsec_").rstrip("="), PADDED),
        ("whsec_" + encoded(b"x" * 64).rstrip("="), "whsec_" + encoded(b"x" * 64)),
        ("whsec_" + "ab12" * 16, "whsec_" + "ab12" * 16),
        (encoded(b"polar_whs_and_the_rest_of_it"), "whsec_" + encoded(b"polar_whs_and_the_rest_of_it")),
    ],
)
def test_what_other_senders_hand_out_is_the_same_key(spelled: str, kept: str) -> None:
    """Svix and those who use it, Supabase with its prefix, Polar's as the libraries take it; padded or not."""
    assert canonical(spelled) == kept


@given(st.binary(min_size=24, max_size=64), st.sampled_from(["whsec_", "v1,whsec_", ""]), st.booleans())
@example(bytes(48), "whsec_", False)
def test_a_receiver_verifies_with_the_spelling_it_has(key: bytes, prefix: str, padded: bool) -> None:
    """The specification's own library reads the same key from it; no two keys are one."""
    text = encoded(key) if padded else encoded(key).rstrip("=")
    assume(prefix or not text.isalnum() or set(text) - set("0123456789abcdefABCDEF"))

    kept = canonical(prefix + text)

    assert key_of(kept) == key
    signed = signature([kept], "m", 1, b"{}")
    # Supabase tells its users to take its prefix off first.
    assert standardwebhooks.Webhook(text).sign("m", _AT, "{}") == signed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whsec_",
        "whsec_AAAA",
        "whsec_" + encoded(b"x" * 23),
        "whsec_" + encoded(b"x" * 65),
        "polar_whs_" + "A" * 32,
        "WHSEC_" + SVIX.removeprefix("whsec_"),
        "v1," + SVIX.removeprefix("whsec_"),
        "whsec_whsec_" + "A" * 32,
        SVIX + "\n",
        " " + SVIX,
        SVIX[:20] + " " + SVIX[20:],
        SVIX[:20] + "!" + SVIX[20:],
        SVIX[:20] + "-" + SVIX[21:],
        SVIX[:20] + "_" + SVIX[21:],
        SVIX[:-1] + "é",
        SVIX + "A",
        SVIX + "=",
        PADDED + "=",
        PADDED[:-2] + "9=",
        PADDED[:-1].rstrip("=")[:-1] + "9",
        "whsec_" + "=" + "A" * 32,
        "ab12" * 16,
        "AB12" * 12,
        "1" * 32,
    ],
)
def test_what_could_be_another_key_is_refused(text: str) -> None:
    """Characters that a lenient decoder drops, bits left over, hexadecimal; the message says the rule, not the text."""
    with pytest.raises(InvalidSecretError) as refused:
        canonical(text)

    assert "24 to 64 bytes in base64" in str(refused.value)
    assert len(text) < 10 or text.strip() not in str(refused.value)


@given(st.text(alphabet="whsec_v1,ABCabc019+/=-_ \n", max_size=120))
def test_whatever_is_accepted_stands_for_one_key_alone(text: str) -> None:
    """Written anew, it is what was entered, but for prefix and padding."""
    try:
        kept = canonical(text)
    except InvalidSecretError:
        return
    assert text.rpartition("whsec_")[2].rstrip("=") == kept.removeprefix("whsec_").rstrip("=")
