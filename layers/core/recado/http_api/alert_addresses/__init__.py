"""The addresses that an account's alerts are mailed to, over HTTP."""
