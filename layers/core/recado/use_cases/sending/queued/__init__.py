"""The QUEUED lane: one owner sends what waits."""
