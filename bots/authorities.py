"""Whom we believe to be who they say: one copy for all our clients."""

import ssl
from functools import cache

import httpx


@cache
def authorities() -> ssl.SSLContext:
    """The certificates of the authorities, read once: each reading costs tens of milliseconds."""
    return httpx.create_ssl_context()
