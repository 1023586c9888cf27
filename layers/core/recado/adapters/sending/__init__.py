"""The ports on HTTP: one POST to a target that is judged first."""
