"""Hostile input: whatever a sender writes, nothing fails, nothing takes long, nothing false is kept.

`make test` plays some examples of each property, `make fuzz` as many as one likes.
"""
