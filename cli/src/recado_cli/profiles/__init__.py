"""Which stack the command speaks with, and as whom."""
