"""What Twilio's error codes mean for the team: one table, for a refused call and for a failed delivery alike.

Decided by code, never by the text beside it. Twilio refines its codes over time: an unknown one is a class of
its own and is shown to the team as it is.
"""

REASONS = {
    "20003": "refused.credentials",
    "21211": "refused.no_account",
    "21610": "refused.opted_out",
    "21617": "refused.too_long",
    "21655": "refused.content",
    "21656": "refused.content",
    "21658": "refused.too_long",
    "63003": "refused.no_account",
    "63013": "refused.content",
    "63014": "refused.blocked",
    "63015": "refused.no_account",  # a trial sender, which this person has not joined or joined too long ago
    "63016": "refused.window",
    "63024": "refused.no_account",
}

FLOODED = {"20429", "63018"}
"""Too many requests: surely not processed, and safe to send again."""


def reason_for(code: str) -> str:
    """The catalogue's key for a code."""
    return REASONS.get(code, "refused.other")
