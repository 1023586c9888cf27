"""Where secrets lie: the keyring, or a file that only its owner can read."""
