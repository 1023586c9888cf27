"""The whole stack on one machine: no Docker, no AWS account, nothing outside loopback."""
