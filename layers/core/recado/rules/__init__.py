"""Pure rules and values of webhook delivery: no I/O, no clock, no SDK."""
