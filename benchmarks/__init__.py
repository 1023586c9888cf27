"""What an event costs before it is deployed: AWS calls, capacity units, CPU and imports. README.md has the method."""
