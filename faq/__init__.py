"""The knowledge base: reads messages, finds articles, and says how sure it is."""
