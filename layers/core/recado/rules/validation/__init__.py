"""Events against the JSON Schemas of their types (docs/adr/0038-schemas.md)."""
