"""`recado import` and `recado export`: webhooks come from another sender with their secrets, and leave with them."""
