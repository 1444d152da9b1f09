"""The shipped base, read once for the tests that only ask."""

import pytest

from faq.files import SHIPPED, read_articles
from faq.match import KnowledgeBase


@pytest.fixture(scope="session")
def shipped() -> KnowledgeBase:
    """Never changed by a test."""
    return KnowledgeBase(read_articles(SHIPPED))
