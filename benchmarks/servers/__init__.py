"""What the functions talk to, each in a process of its own on another core: AWS that answers at once, and receivers."""
