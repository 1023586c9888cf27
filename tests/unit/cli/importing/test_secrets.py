"""Which signing secrets are taken: the same as the API takes."""

import base64

from hypothesis import example, given
from hypothesis import strategies as st

from recado.rules.sending.signing.signing_secret import InvalidSecretError, canonical
from recado_cli.importing.secrets import as_text, refusal_of

_KEYS = st.binary(min_size=20, max_size=70).map(lambda key: base64.b64encode(key).decode())
_SECRETS = st.one_of(
    _KEYS,
    st.builds("{}{}".format, st.sampled_from(("whsec_", "v1,whsec_", "v1,")), _KEYS),
    _KEYS.map(lambda text: text.rstrip("=")),
    _KEYS.map(lambda text: text.replace("/", "_").replace("+", "-")),
    st.text("0123456789abcdefABCDEF", min_size=30, max_size=90),
    st.text(max_size=90),
)


@given(_SECRETS)
@example("whsec_" + "A" * 32 + "B=")
@example("Vuk5LM0uujddIsqO5v_eSuz88")
@example("7b0f3f6e-5a0d-4c5b-8a43-0f6b9f6a2c1d")
@example("é" * 30)
def test_a_secret_is_refused_here_if_the_api_refuses_it(secret: str) -> None:
    """And nothing of it is in the words that say so."""
    try:
        canonical(secret)
    except InvalidSecretError:
        assert refusal_of(secret)
    else:
        assert refusal_of(secret) is None


def test_a_text_that_is_a_key_is_spelled_as_the_api_takes_it() -> None:
    """Too short and too long ones are refused by their length."""
    spelled, refusal = as_text("Vuk5LM0uujddIsqO5v_eSuz88")
    assert refusal is None
    assert spelled == canonical(spelled or "")
    assert as_text("short") == (None, "its text has 5 bytes; 24 to 64 are taken")
    assert as_text("x" * 65)[0] is None
