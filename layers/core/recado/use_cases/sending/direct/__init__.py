"""The DIRECT lane: whoever has events POSTs them, in real time and in drains."""
