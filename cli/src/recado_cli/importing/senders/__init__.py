"""What each sender exports, read into `Found`: a module a sender."""
