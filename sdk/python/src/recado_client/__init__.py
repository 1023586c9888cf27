"""Recado's HTTP API from Python: the calls in `recado_client.generated.api`, made from its OpenAPI document."""

from recado_client.connection import Recado
from recado_client.paging import pages
from recado_client.problems import FieldError, Problem

__all__ = ["FieldError", "Problem", "Recado", "pages"]
