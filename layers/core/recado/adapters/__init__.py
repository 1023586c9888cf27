"""The ports on AWS and HTTP: DynamoDB, SQS, KMS, EventBridge, Lambda and the HTTP sender."""
