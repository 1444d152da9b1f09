"""A second opinion of what a conversation goes through, written from the product's pages, not from the code."""
