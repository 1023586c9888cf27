"""What receivers ask for themselves, and how they prove whose they are."""
