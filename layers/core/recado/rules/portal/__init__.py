"""Portal sessions: how a customer's own admin, who has no account with us, is let in for a while."""
