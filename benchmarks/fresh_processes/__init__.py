"""What only a fresh process shows: imports and cold starts."""
