"""Certificates and keys as tools write them: read, or refused with one sentence that names the cause."""
