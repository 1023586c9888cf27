"""What is said of a certificate or key that is refused."""

CERTIFICATE_FIELD = "authentication.clientCertificate.certificate"
KEY_FIELD = "authentication.clientCertificate.privateKey"
AUTHORITIES_FIELD = "authentication.trustedCertificates"

MOST_CERTIFICATES = 20
MOST_CHARACTERS = 64 * 1024

ACCEPTED = {
    CERTIFICATE_FIELD: "must be a client certificate as PEM, with what leads from it to its authority",
    KEY_FIELD: "must be the private key of the certificate as PEM, without passphrase",
    AUTHORITIES_FIELD: f"must be 1 to {MOST_CERTIFICATES} certificates of authorities as PEM",
}


class InvalidCertificateError(ValueError):
    """A text that is refused: `field` names it as the API does, `reason` says what is accepted, and why it is not."""

    def __init__(self, field_name: str, cause: str) -> None:
        reason = f"{ACCEPTED[field_name]}; {cause}"
        super().__init__(f"{field_name}: {reason}")
        self.field = field_name
        self.reason = reason
