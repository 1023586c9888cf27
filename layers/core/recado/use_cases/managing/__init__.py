"""What an account's admin asks for over the HTTP API."""
