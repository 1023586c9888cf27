"""Portal sessions over HTTP: opened by the platform, let in by their token, moved and ended by themselves."""
