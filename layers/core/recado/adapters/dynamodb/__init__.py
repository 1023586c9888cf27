"""The ports on the two DynamoDB tables."""
