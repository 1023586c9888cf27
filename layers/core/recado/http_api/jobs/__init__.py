"""Jobs over HTTP: many deliveries again, or withdrawn."""
