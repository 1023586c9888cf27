"""The JSON Schemas of a catalogue's event types, each as one document."""

from collections.abc import Callable, Mapping

from recado.rules.event.catalogue import Catalogue
from recado.rules.event.schema_document import Node, Path, bundled


class CatalogueSchemas:
    """The schemas to be shown; `shared` gives those that they refer to, by their paths in the catalogue's folder."""

    def __init__(self, catalogue: Catalogue, shared: Callable[[], Mapping[str, object]]) -> None:
        self._catalogue = catalogue
        self._shared = shared

    def document(self, event_name: str, at: Path = ()) -> Node | None:
        """The schema of `data` of this type, with all that it refers to; None where it has none.

        `at` is where it will stand in another document. Raises `InvalidSchemaError`.
        """
        event_type = self._catalogue.get(event_name)
        if event_type is None or event_type.schema is None:
            return None
        return bundled(event_type.schema, self._shared(), at=at)
