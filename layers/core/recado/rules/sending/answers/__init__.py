"""What receivers answer: read as text, searched for what is secret, and judged where it names events."""
