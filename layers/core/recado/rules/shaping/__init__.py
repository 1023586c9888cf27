"""What a webhook makes of events: which ones it gets, and in which shape."""
