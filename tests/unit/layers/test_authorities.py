"""The trust store of the dependencies layer, as its build makes it of certifi's file."""

import re
import subprocess
from pathlib import Path

import certifi
import pytest

from layers.dependencies.authorities import hashed, write
from recado.adapters.authorities import public_authorities
from recado.adapters.sending import guarded_connection
from tests.support.receivers.certificates import Authority, hashed_folder
from tests.support.receivers.chains import issued
from tests.support.receivers.rude import Receiver, answering
from tests.unit.adapters.sending.sending import NAME, resolving, send, sender

PUBLIC = re.findall("-----BEGIN.+?END CERTIFICATE-----\n", Path(certifi.where()).read_text("ascii"), re.DOTALL)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of certifi as the layer has it."""
    folder = tmp_path_factory.mktemp("certifi")
    (folder / "cacert.pem").write_bytes(Path(certifi.where()).read_bytes())
    write(folder)
    return folder


@pytest.mark.needs("openssl")
def test_every_authority_lies_under_the_name_that_openssl_looks_for(built: Path, tmp_path: Path) -> None:
    """All of certifi's, and one whose subject has capitals, blanks, letters beyond ASCII, and a twin."""
    odd = [issued("  Größe  IST\tNicht  ALLES ", authority=True).pem, issued("größe ist nicht alles").pem]
    for number, pem in enumerate([*PUBLIC, *odd]):
        (tmp_path / f"{number}.pem").write_text(pem)
    subprocess.run(["openssl", "rehash", str(tmp_path)], check=True)  # noqa: S603, S607 - the system's, on our files

    expected = {link.name: link.read_text() for link in tmp_path.iterdir() if link.is_symlink()}
    assert hashed([*PUBLIC, *odd]) == expected
    assert {file.name: file.read_text() for file in (built / "authorities").iterdir()} == hashed(PUBLIC)


def test_a_receiver_under_an_authority_of_a_folder_is_trusted_and_no_other(tmp_path: Path) -> None:
    """OpenSSL finds it there by the name of the file."""
    authority, stranger = Authority(tmp_path), Authority(tmp_path, "Stranger")
    folder = hashed_folder(tmp_path / "authorities", *PUBLIC[:2], authority.file.read_text())
    context = guarded_connection.tls_context(folder)
    delivered = []
    for each in (authority, stranger):
        with Receiver(answering(), tls=each.context(NAME)) as receiver:
            by = sender(resolver=resolving(("127.0.0.1", receiver.port)), context=context)
            delivered.append(send(f"https://{NAME}:{receiver.port}/", by=by).result.delivered)

    assert delivered == [True, False]


def test_the_folder_is_taken_where_the_layer_has_one(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere certifi's file is."""
    assert public_authorities() == certifi.where()

    monkeypatch.setattr(certifi, "where", lambda: str(built / "cacert.pem"))
    assert public_authorities() == str(built / "authorities")


def test_nothing_is_read_before_a_handshake_needs_it(built: Path) -> None:
    """A cold start does not parse a hundred certificates."""
    assert guarded_connection.tls_context(str(built / "authorities")).get_ca_certs() == []
    assert len(guarded_connection.tls_context(str(built / "cacert.pem")).get_ca_certs()) == len(PUBLIC)
