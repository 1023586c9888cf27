"""What is asked for over the HTTP API: by admins of an account, its publishers and receivers, and by the platform."""
