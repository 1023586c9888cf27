"""What Recado does, step by step, over the ports: the order of writes that loses nothing lives here."""
