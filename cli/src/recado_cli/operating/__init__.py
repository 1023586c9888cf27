"""What operators do, by AWS credentials: `status`, `drain`, `redrive`, `explain`, `backlog`."""
