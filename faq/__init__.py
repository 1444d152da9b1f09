"""The knowledge base: articles shipped as files, how messages are read, the matcher and its lint."""
