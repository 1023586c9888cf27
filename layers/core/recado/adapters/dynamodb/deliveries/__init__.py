"""The deliveries table: log, backlog and what is set aside, and the attempts."""
