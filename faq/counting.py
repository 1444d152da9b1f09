"""Numbers of things, as English says them."""


def counted(count: int, thing: str) -> str:
    """« 1 article », « 2 articles »: of a thing whose plural an s makes."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
