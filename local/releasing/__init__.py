"""`make release`: what of a tagged commit is given to those who have no clone."""
