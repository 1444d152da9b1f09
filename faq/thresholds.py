"""What the matcher does not learn: how many articles are offered, and how far apart two must be."""

ANSWER_LEAD = 0.25
"""Two articles closer than this are a question to the customer, whatever their confidence."""

SUGGESTION_SHARE = 0.12
"""A further suggestion must reach this share of the first one's confidence."""

MOST_SUGGESTIONS = 3

SHARE_OF_WHOLE = 0.6
"""Halves that are much less sure than the whole message are one question with a story around it."""

LIKELY = 0.2
"""From here a half may be a question of its own: what it finds is offered as well."""
