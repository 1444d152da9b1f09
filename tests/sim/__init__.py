"""The whole service in virtual time, dying at every point: what proves that nothing is lost or doubled."""
