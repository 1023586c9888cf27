"""Rules of sending: what a POST holds, what came of it, and when the next one is due."""
