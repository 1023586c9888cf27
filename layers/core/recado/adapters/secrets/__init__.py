"""The ports on KMS."""
