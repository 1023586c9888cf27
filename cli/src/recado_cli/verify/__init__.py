"""`recado verify`: is this POST genuine, and if not, why."""
