"""How a receiver knows that a POST is ours: what is entered, kept and sent for it."""
