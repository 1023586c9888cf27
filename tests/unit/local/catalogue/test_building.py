"""What is deployed of a catalogue."""

import io
import zipfile
from pathlib import Path

import pytest

from local.catalogue import building
from local.deploying import packaging, translation
from local.errors import LocalStackError
from local.settings import SHIPPED_CATALOGUE, SHIPPED_TEMPLATE
from tests.infrastructure.cloudformation import Stack
from tests.support.catalogue import ROOT, SHOP
from tests.support.documentation.pages import block
from tests.unit.local.catalogue.folders import MINIMAL, changed, file_of, folder_of

SHOP_FOLDER = ROOT / "examples/catalogues/shop"


def test_the_shipped_catalogue_needs_no_template_of_its_own() -> None:
    """The project's has its rules already, and `sam build` takes it as it is."""
    assert building.template_for(SHIPPED_CATALOGUE) == SHIPPED_TEMPLATE


def test_another_catalogue_gets_a_template_that_can_be_packed(tmp_path: Path) -> None:
    """With the same code, found from where the template lies, and a layer of its own files."""
    (tmp_path / "build").mkdir()
    path = building.template_for(SHOP_FOLDER, tmp_path / "build")
    _template, packages = packaging.package(translation.read(path), path.parent)
    shipped = packaging.package(translation.read(SHIPPED_TEMPLATE), SHIPPED_TEMPLATE.parent)[1]

    assert {each.key for each in packages} ^ {each.key for each in shipped} == {
        each.key for each in (*packages, *shipped) if each.logical_id == "CatalogueLayer"
    }
    (layer,) = (each for each in packages if each.logical_id == "CatalogueLayer")
    names = zipfile.ZipFile(io.BytesIO(layer.content)).namelist()
    assert {"orders.json", "schemas/money.json"} < set(names)
    assert all(name.endswith(".json") for name in names)


def test_its_rules_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    """No name of the shipped catalogue is left, and every one of its own is there."""
    text = building.template_for(SHOP_FOLDER, tmp_path).read_text(encoding="utf-8")
    rules = Stack(translation.read(tmp_path / "template.yaml")).of_type("AWS::Events::Rule")
    patterns = [rule.get("EventPattern", {}) for name, rule in rules.items() if name != "AlertMailRule"]
    named = [name for pattern in patterns for name in pattern.get("detail-type", [])]
    assert {name for name in named if isinstance(name, str)} == set(SHOP.names)
    assert "COURSE_ENROLLMENT" not in text
    outputs = (translation.read(path)["Outputs"] for path in (SHIPPED_TEMPLATE, tmp_path / "template.yaml"))
    assert [output["EventTypes"]["Value"] for output in outputs] == ["SHIPPED", "OWN"]


def test_the_smallest_catalogue_of_the_page_can_be_used(tmp_path: Path) -> None:
    """That of docs/publishing.md, as it stands."""
    (tmp_path / "parcels.json").write_text(block("docs/publishing.md", "json", "parcel.sent"), encoding="utf-8")
    assert building.prepared(tmp_path).startswith(f"{tmp_path}: 1 event types, 2 rules")


def test_nothing_of_an_earlier_catalogue_is_left_in_the_layer(tmp_path: Path) -> None:
    """A file that is gone from the folder is gone from what is deployed."""
    target = tmp_path / "build"
    building.template_for(folder_of(tmp_path / "one", a=file_of(MINIMAL), schemas_money={}), target)
    building.template_for(folder_of(tmp_path / "two", b=file_of(MINIMAL)), target)
    assert [path.relative_to(target).as_posix() for path in target.rglob("*.json")] == ["catalogue/b.json"]


def test_nothing_is_built_of_a_catalogue_that_is_wrong(tmp_path: Path) -> None:
    """It is refused before."""
    folder = folder_of(tmp_path, a=file_of(changed(category="SOON")))
    with pytest.raises(LocalStackError, match=r"a\.json:5"):
        building.template_for(folder, tmp_path / "build")
    assert not (tmp_path / "build").exists()


def test_a_name_that_yaml_reads_otherwise_stays_a_text(tmp_path: Path) -> None:
    """Such as a number, a time of day, or what means no."""
    names = ["1.0", "12:30:45", "NO", "null", "-", "a:", "0x1F", "2026-01-31"]
    folder = folder_of(tmp_path, a=file_of(*(changed(name=name) for name in names)))
    template = translation.read(building.template_for(folder, tmp_path / "build"))
    rules = Stack(template).of_type("AWS::Events::Rule")
    (rule,) = (rule for logical_id, rule in rules.items() if logical_id.startswith("RealtimeRule"))
    assert rule["EventPattern"]["detail-type"] == sorted(names)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project whose shipped catalogue has one type more than the rules of its template."""
    template = tmp_path / "template.yaml"
    template.write_text(SHIPPED_TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    folder = folder_of(tmp_path, a=file_of(MINIMAL))
    monkeypatch.setattr(building, "SHIPPED_TEMPLATE", template)
    monkeypatch.setattr(building, "SHIPPED_CATALOGUE", folder)
    return folder


def test_a_shipped_catalogue_that_has_changed_is_not_deployed_with_old_rules(project: Path) -> None:
    """The command that writes them is named, and then it can be."""
    with pytest.raises(LocalStackError, match="run `make catalogue`"):
        building.template_for(project)

    assert building.prepared(project).endswith("1 event types, 2 rules; written into template.yaml")
    assert building.template_for(project).name == "template.yaml"
    assert building.prepared(project).endswith("template.yaml has them")


def test_a_template_without_a_place_for_the_rules_is_refused(project: Path) -> None:
    """What marks it is named."""
    (project.parent / "template.yaml").write_text("Resources: {}\n", encoding="utf-8")
    with pytest.raises(LocalStackError, match="has no place for the rules: '# The rules of the catalogue"):
        building.prepared(project)
