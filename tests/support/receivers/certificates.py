"""A certificate authority for a test, and the certificates of its receivers."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from layers.dependencies.authorities import hashed

_DAY = timedelta(days=1)


def hashed_folder(folder: Path, *certificates: str) -> str:
    """Write certificates into a folder as the layer's build writes the public ones; return its path."""
    folder.mkdir(exist_ok=True)
    for name, pem in hashed(certificates).items():
        (folder / name).write_text(pem)
    return str(folder)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


class Authority:
    """Issues certificates; keeps its files in a folder of the test."""

    def __init__(self, folder: Path, name: str = "Test CA") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        self.file = folder / f"{name}.pem"
        usage = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            self._builder(self._name, self._key, ended=timedelta(0))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
        )
        self._certificate = builder.sign(self._key, hashes.SHA256())
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, host: str, *, ended: timedelta = timedelta(0)) -> ssl.SSLContext:
        """Return the TLS context of a receiver of this name, whose certificate ended so long ago."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._issued(host, ExtendedKeyUsageOID.SERVER_AUTH, ended))
        return context

    def client_file(
        self, *, ended: timedelta = timedelta(0), usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH
    ) -> Path:
        """Return the file of a client's key and certificate, which ended so long ago."""
        return self._issued("client.example", usage, ended)

    def revocation_list(self, revoked: Path) -> Path:
        """Return the file of a list that revokes the certificate of a file."""
        serial = x509.load_pem_x509_certificate(revoked.read_bytes()).serial_number
        now = datetime.now(UTC)
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - _DAY).build()
        builder = x509.CertificateRevocationListBuilder().issuer_name(self._name).last_update(now - _DAY)
        crl = builder.next_update(now + _DAY).add_revoked_certificate(entry).sign(self._key, hashes.SHA256())
        file = self._folder / f"revoked-{serial}.pem"
        file.write_bytes(crl.public_bytes(serialization.Encoding.PEM))
        return file

    def _issued(self, name: str, usage: x509.ObjectIdentifier, ended: timedelta) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = (
            self._builder(_name(name), key, ended)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(issuer, critical=False)
        )
        certificate = builder.sign(self._key, hashes.SHA256())
        file = self._folder / f"{name}-{certificate.serial_number}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return file

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, ended: timedelta
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 30 * _DAY)
            .not_valid_after(now - ended if ended else now + _DAY)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
