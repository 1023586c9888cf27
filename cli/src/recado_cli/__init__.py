"""The command `recado`: a Recado stack from the terminal of those who use it."""
