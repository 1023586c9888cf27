"""Whom connections trust: the public certificate authorities."""

from pathlib import Path

import certifi


def public_authorities() -> str:
    """The folder that the layer makes of certifi's file, of which OpenSSL reads what it needs; elsewhere that file."""
    file = Path(certifi.where())
    folder = file.with_name("authorities")
    return str(folder if folder.is_dir() else file)
