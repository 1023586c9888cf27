"""botocore's data in the dependencies layer: what was taken out is missed by no function, wherever it is deployed."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.regions import EndpointResolver
from botocore.session import Session

from layers.dependencies.service_data import SERVICES, prune
from tests.support.functions import ROOT

WHOLE = Path(botocore.__file__).with_name("data")
REGIONS = [
    *(region for partition in Loader().load_data("endpoints")["partitions"] for region in partition["regions"]),
    *("eu-west-9", "cn-north-9", "us-gov-west-9"),  # those to come are known by the form of their names
]


def session(data: Path) -> Session:
    """Return a session that knows this data alone."""
    made = Session()
    made.register_component("data_loader", Loader([str(data)], include_default_search_paths=False))
    made.set_credentials("key", "secret")
    return made


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data as the layer has it: of the services' folders only the used ones are copied, and one other."""
    folder = tmp_path_factory.mktemp("botocore") / "data"
    others = {each.name for each in WHOLE.iterdir() if each.is_dir()} - {*SERVICES, "sts"}
    shutil.copytree(WHOLE, folder, ignore=lambda path, _names: others if Path(path) == WHOLE else ())
    prune(folder)
    return folder


def test_the_services_are_those_that_the_functions_call() -> None:
    """Each client of the code, and DynamoDB, which PynamoDB calls."""
    code = "".join(file.read_text("utf-8") for file in (ROOT / "layers" / "core").rglob("*.py"))

    assert {*re.findall(r'\bclient\("(\w+)"\)', code), "dynamodb"} == set(SERVICES)


def test_only_they_are_left(data: Path) -> None:
    """What makes a client needs not look through hundreds of folders."""
    assert session(data).get_available_services() == sorted(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_calls_the_same_endpoint_in_every_region(data: Path, service: str) -> None:
    """As with all of the data, signing for the same region and service; the rules of endpoints go on working."""

    def called(by: Session, region: str) -> tuple[Any, ...]:
        client: Any = by.create_client(service, region_name=region)
        rules = client._ruleset_resolver.construct_endpoint(
            client.meta.service_model.operation_model(any_of(client)), {}, {}
        )
        signer = client._request_signer
        return client.meta.endpoint_url, rules.url, rules.properties, signer.region_name, signer.signing_name

    def any_of(client: Any) -> str:
        return str(client.meta.service_model.operation_names[0])

    pruned, whole = session(data), session(WHOLE)
    assert {region: called(pruned, region) for region in REGIONS} == {
        region: called(whole, region) for region in REGIONS
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_variant_of_an_endpoint_is_the_same(data: Path, service: str) -> None:
    """In every partition, also those of FIPS and of IPv6, and names that are no regions."""
    pruned, whole = (EndpointResolver(json.loads((each / "endpoints.json").read_text())) for each in (data, WHOLE))
    compared = 0
    for partition in whole.get_available_partitions():
        names = whole.get_available_endpoints(service, partition, allow_non_regional=True)
        assert names == pruned.get_available_endpoints(service, partition, allow_non_regional=True)
        for name in {*names, *REGIONS}:
            for variant in ({}, {"use_fips_endpoint": True}, {"use_dualstack_endpoint": True}):
                assert resolved(pruned, service, name, partition, variant) == resolved(
                    whole, service, name, partition, variant
                )
                compared += 1
    assert compared > len(REGIONS)


def resolved(resolver: EndpointResolver, service: str, name: str, partition: str, variant: dict[str, bool]) -> Any:
    """Return what a resolver says, or why it says nothing."""
    try:
        return resolver.construct_endpoint(service, name, partition, **variant)
    except Exception as error:  # noqa: BLE001 - any, as long as it is the same
        return repr(error)
