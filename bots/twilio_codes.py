"""What Twilio's error codes mean for the team: one table, for a refused call and for a failed delivery alike.

Decided by code, never by the text beside it. Twilio refines its codes over time: an unknown one is a class of
its own and is shown to the team as it is.
"""

REASONS = {
    "19023": "refused.form",  # the Content holds no form that the channel shows (T32)
    "20429": "refused.flooded",
    "21211": "refused.no_account",
    "21609": "refused.settings",  # it does not take the address for reports
    "21610": "refused.opted_out",
    "21617": "refused.too_long",
    "21655": "refused.content",
    "21656": "refused.content",
    "21658": "refused.too_long",
    "63003": "refused.no_account",
    "63005": "refused.content",
    "63007": "refused.settings",  # the sender is none of this account's
    "63013": "refused.content",
    "63014": "refused.blocked",
    "63015": "refused.not_joined",
    "63016": "refused.window",
    "63017": "refused.flooded",
    "63018": "refused.flooded",
    "63019": "refused.content",
    "63021": "refused.content",
    "63024": "refused.no_account",
    "63049": "refused.declined",
}

FLOODED = {"20429", "63017"}
"""Too many requests of everybody. As the answer to a call: surely not processed, and safe to send again."""
FLOODED_RECIPIENT = "63018"
"""The same, too many to one person above all: that person alone waits."""

LOST_CONTENT = "21655"
"""The account has no such Content, or no more (T32)."""
_ABOUT_CONTENT = {LOST_CONTENT, "21656", "21658", "63005", "63013", "63021", "19023"}


def reason_for(code: str) -> str:
    """The catalogue's key for a code."""
    return REASONS.get(code, "refused.other")


def is_about_content(code: str) -> bool:
    """Whether a menu was refused for what it is: the same words may go without it."""
    return code in _ABOUT_CONTENT
