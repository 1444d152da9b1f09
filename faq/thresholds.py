"""What the matcher does not learn: how many articles are offered, and how far apart two must be."""

ANSWER_LEAD = 0.25
"""Two articles closer than this are a question to the customer, whatever their confidence."""

SUGGESTION_SHARE = 0.12
"""A further suggestion must reach this share of the first one's confidence."""

MOST_SUGGESTIONS = 3
