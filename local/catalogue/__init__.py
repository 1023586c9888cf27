"""Catalogues as folders: checked, made from OpenAPI documents, and built into the rules of a template."""
