"""The emulated AWS: its process, its repairs, its functions' processes and what they print."""
