"""A certificate that is accepted, one that is not its own, and the sentence that a refusal says."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from recado.rules.certificates.reading import read_identity
from recado.rules.certificates.refusal import CERTIFICATE_FIELD, KEY_FIELD, InvalidCertificateError
from tests.support.receivers.chains import client_chain, issued
from tests.unit.rules.certificates.now import NOW_MS

GOOD = client_chain()
OTHER = client_chain()
RSA_CA = issued("RSA", authority=True, key=rsa.generate_private_key(65537, 2048))
ACCEPTED = {
    CERTIFICATE_FIELD: "must be a client certificate as PEM, with what leads from it to its authority; ",
    KEY_FIELD: "must be the private key of the certificate as PEM, without passphrase; ",
}


def cause(certificate: str, private_key: str, field: str, now_ms: int = NOW_MS) -> str:
    """Return why two texts are refused, which is to be said at this field, after what is accepted there."""
    with pytest.raises(InvalidCertificateError) as refused:
        read_identity(certificate, private_key, now_ms)
    assert refused.value.field == field
    assert refused.value.reason.startswith(ACCEPTED[field])
    return refused.value.reason.removeprefix(ACCEPTED[field])
