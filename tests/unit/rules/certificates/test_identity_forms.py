"""Reading a client certificate: the same identity, whatever the form in which a tool wrote it."""

import base64
import hashlib
import textwrap
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.certificates.reading import Identity, read_identity
from tests.support.receivers.chains import Issued, client_chain, issued
from tests.unit.rules.certificates.now import NOW_MS

CHAINS = {
    "RSA": client_chain(key=rsa.generate_private_key(65537, 2048)),
    "P-256": client_chain(),
    "P-384": client_chain(key=ec.generate_private_key(ec.SECP384R1())),
    "P-521": client_chain(key=ec.generate_private_key(ec.SECP521R1())),
    "Ed25519": client_chain(key=ed25519.Ed25519PrivateKey.generate()),
    "Ed448": client_chain(key=ed448.Ed448PrivateKey.generate()),
}
STRANGERS = [issued("Stranger", authority=True).pem, client_chain().pem]
EC_PARAMETERS = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
TRUST = bytes.fromhex("300c300a06082b06010505070302")
"""What OpenSSL writes behind a certificate that it trusts for clients (`openssl x509 -addtrust clientAuth`)."""


def members(chain: Issued) -> list[Issued]:
    """Return the leaf and what leads from it to its root."""
    return [chain, *(members(chain.issuer) if chain.issuer else [])]


def key_forms(chain: Issued) -> list[str]:
    """Return the key in each form that there is of it."""
    if isinstance(chain.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        traditional = chain.key_as(serialization.PrivateFormat.TraditionalOpenSSL)
        return [chain.key_pem, traditional, EC_PARAMETERS + traditional]
    return [chain.key_pem]


def trusted(chain: Issued) -> str:
    """Return the certificate as OpenSSL writes one that it trusts."""
    lines = "\n".join(textwrap.wrap(base64.b64encode(chain.der + TRUST).decode(), 64))
    return f"-----BEGIN TRUSTED CERTIFICATE-----\n{lines}\n-----END TRUSTED CERTIFICATE-----\n"


def in_one_line(pem: str) -> str:
    """Return a block without line breaks within its base64."""
    first, *between, last = pem.strip().split("\n")
    return f"{first}\n{''.join(between)}\n{last}\n"


LAYOUTS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "breaks as JSON writes them": lambda text: text.replace("\n", "\\n"),
    "spaces in place of breaks": lambda text: text.replace("\n", " "),
    "indented, with blanks at the ends": lambda text: text.replace("\n", "  \n    "),
    "a mark of byte order": lambda text: "\ufeff" + text,
    "UTF-16, read as UTF-8": lambda text: "\ufffd\ufffd" + "".join(f"{sign}\0" for sign in text),
    "JSON of PHP": lambda text: text.replace("/", "\\/").replace("\n", "\\n"),
    "blank lines before and behind": lambda text: f"\n\n \t{text}\n\n",
}
AROUND = [
    "",
    "Bag Attributes\n    friendlyName: Kundin Müller\n    localKeyID: 54 69 6D\nsubject=CN = client.example\n",
    "Bag Attributes\n    friendlyName: Kundin M\ufffdller\n",  # in another charset, as `openssl pkcs12` writes it
    "# what the gateway asked for\n",
    "Certificate:\n    Data:\n        Version: 3 (0x2)\n        Serial Number: 1 (0x1)\n",
    "-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n",
]


@st.composite
def entered(draw: st.DrawFn, chain: Issued) -> tuple[str, str]:
    """Draw how certificates and key are entered."""
    around, layout = st.sampled_from(AROUND), st.sampled_from(list(LAYOUTS.values()))
    leaf, between, root = members(chain)
    certificates = [draw(st.sampled_from([leaf.pem, trusted(leaf), in_one_line(leaf.pem)])), between.pem]
    more = [root.pem, leaf.pem, between.pem, in_one_line(between.pem), *STRANGERS]
    certificates += draw(st.lists(st.sampled_from(more), max_size=4))
    parts = draw(st.permutations(certificates))
    key = draw(st.sampled_from([*key_forms(chain), in_one_line(chain.key_pem)]))
    where = draw(st.sampled_from(["apart", "both in one", "both in each", "the other way round"]))
    if where == "apart":
        first, second = parts, [key]
    elif where == "the other way round":
        first, second = [key], parts
    else:
        first = draw(st.permutations([*parts, key]))
        second = first if where == "both in each" else []
    texts = [draw(layout)("".join(draw(around) + part for part in each)) for each in (first, second)]
    return texts[0], texts[1]


@given(st.sampled_from(list(CHAINS)), st.data())
def test_an_identity_is_the_same_whatever_it_was_entered_as(kind: str, data: st.DataObject) -> None:
    """The key as PKCS#8, then the leaf and what leads to its root, and nothing else."""
    chain = CHAINS[kind]
    certificate, private_key = data.draw(entered(chain))

    facts = read_identity(chain.pem, chain.key_pem, NOW_MS).facts
    assert read_identity(certificate, private_key, NOW_MS) == Identity(chain.identity, facts)


@pytest.mark.parametrize("kind", CHAINS)
def test_what_is_shown_are_facts_of_the_leaf(kind: str) -> None:
    """Names as RFC 4514 writes them, the SHA-256 of the whole, and both dates; the key is in no text of it."""
    chain = CHAINS[kind]
    identity = read_identity(chain.pem, chain.key_pem, NOW_MS)
    facts = identity.facts

    assert (facts.subject, facts.issuer) == ("CN=client.example", "CN=Between")
    assert bytes.fromhex(facts.fingerprint) == hashlib.sha256(chain.der).digest()
    assert facts.not_before == chain.certificate.not_valid_before_utc.timestamp() * 1000
    assert facts.not_after == chain.certificate.not_valid_after_utc.timestamp() * 1000
    assert "PRIVATE" not in repr(identity)
