"""Reliability bugs made by hand, each in one line of the product: the simulation must catch them."""
