"""Test sends over HTTP."""
