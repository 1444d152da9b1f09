"""How the numbers in `faq/weights.json` are learned, and how they are judged."""
