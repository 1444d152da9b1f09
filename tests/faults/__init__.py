"""What a call to a platform may meet, and what then becomes of the outbox row.

`python -m tests.faults` prints the tables of `docs/faults.md` from the rows that the test itself plays.
"""
