"""Who sends what waits, and the jobs and requests that owners carry out."""
