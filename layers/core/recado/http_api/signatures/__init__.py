"""A webhook's signature over HTTP."""
