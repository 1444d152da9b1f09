"""A second opinion of what a conversation goes through, from the product's pages and not from the code."""
