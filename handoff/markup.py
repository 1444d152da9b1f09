"""The one door to text conversion between Slack and customers, both ways."""

from handoff.incoming import chunks, escape, name, plain, quote, quotes, said
from handoff.outgoing import InternalMention, from_command, has_internal_mention, to_colleagues, to_customer

__all__ = [
    "InternalMention",
    "chunks",
    "escape",
    "from_command",
    "has_internal_mention",
    "name",
    "plain",
    "quote",
    "quotes",
    "said",
    "to_colleagues",
    "to_customer",
]
