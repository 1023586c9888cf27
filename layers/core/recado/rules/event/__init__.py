"""Rules of events: what one is, its type, its time, and how it is published."""
