"""`make simulate`: Recado on AWS by rates, quotas and latencies, in discrete events (docs/adr/0043-simulation.md)."""
