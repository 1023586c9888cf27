"""The layers as they were built: machine code for Lambda's processor, byte-code for its Python, and small enough."""

import sys
from pathlib import Path

import pytest

from layers.dependencies.service_data import SERVICES
from tests.built.support import artefacts
from tests.infrastructure.cloudformation import FUNCTIONS

AARCH64 = 183  # https://www.man7.org/linux/man-pages/man5/elf.5.html: e_machine
PYTHON_3_13 = (3571).to_bytes(2, "little") + b"\r\n"
UNCHECKED_HASH = (1).to_bytes(4, "little")  # PEP 552
MOST_UNPACKED = 250 * 1024 * 1024  # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html


def test_machine_code_is_for_the_processor_and_the_python_of_the_functions() -> None:
    """Whatever machine has built it: 64-bit libraries of little-endian ARM."""
    libraries = list(artefacts.packages().rglob("*.so"))
    assert libraries
    for library in libraries:
        header = library.read_bytes()[:20]
        assert (header[:4], header[4], header[5]) == (b"\x7fELF", 2, 1), library
        assert int.from_bytes(header[18:20], "little") == AARCH64, library
        assert library.name.endswith((".cpython-313-aarch64-linux-gnu.so", ".abi3.so")), library


@pytest.mark.parametrize("layer", ["DependenciesLayer", "CoreLayer"])
def test_every_module_has_byte_code_that_is_taken_as_it_is(layer: str) -> None:
    """Compiled by the functions' Python; nothing is compared with its source, whose name is that in Lambda."""
    folder = artefacts.layer(layer) / "python"
    modules = [module for module in folder.rglob("*.py") if module.stem.isidentifier()]
    assert modules
    for module in modules:
        compiled = (module.parent / "__pycache__" / f"{module.stem}.cpython-313.pyc").read_bytes()
        assert (compiled[:4], compiled[4:8]) == (PYTHON_3_13, UNCHECKED_HASH), module
        assert f"/opt/python/{module.relative_to(folder)}".encode() in compiled


def test_what_the_build_prepares_is_there() -> None:
    """Authorities as a folder, and the services that are called."""
    certifi, data = artefacts.packages() / "certifi", artefacts.packages() / "botocore" / "data"
    certificates = (certifi / "cacert.pem").read_text("ascii").count("BEGIN CERTIFICATE")
    assert len(list((certifi / "authorities").iterdir())) == certificates
    assert {path.name for path in data.iterdir() if path.is_dir()} == set(SERVICES)


def test_nothing_tells_of_the_machine_that_built() -> None:
    """No script, each of which would begin with the path of its Python, and that path nowhere else."""
    assert not (artefacts.packages() / "bin").exists()
    path = str(Path(sys.base_prefix).resolve()).encode()
    for layer in ("DependenciesLayer", "CoreLayer"):
        for file in artefacts.layer(layer).rglob("*"):
            assert not file.is_file() or path not in file.read_bytes(), file


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_and_its_layers_fit_into_lambda(function: str) -> None:
    """Unpacked, all of them together."""
    folders = [artefacts.code(function), *artefacts.layers(function)]
    assert (
        sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file()) < MOST_UNPACKED
    )
