"""The time of the tests of certificates, which are made when these run."""

import time

DAY_MS = 24 * 60 * 60 * 1000
NOW_MS = round(time.time() * 1000)
