"""Rules of deliveries: what became of an event on its way to a webhook, again, and counted."""
