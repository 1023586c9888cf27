"""OAuth2 client credentials (RFC 6749 section 4.4): what a token server is asked, and what it answers."""
