"""The ports on SQS, SNS, EventBridge and Lambda."""
