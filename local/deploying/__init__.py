"""The template on its way into the emulator: translated, packaged, deployed, and checked."""
