"""The knowledge base: reads messages, finds articles, and says how sure it is."""

import os

# The matrices here are small: with more threads than one, waiting for one another costs ten times the work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
