"""What the resources of the HTTP API share: access, bodies, cursors, limits, parameters, problems, schemas."""
