"""The web console as files: what is answered to a browser that asks for a path under /console."""
