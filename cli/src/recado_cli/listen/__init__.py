"""`recado listen`: deliveries come to this machine as they arrive, without a relay."""
