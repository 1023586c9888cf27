"""What receivers ask for themselves, with their webhook's own secret."""
