"""The tests of Relais; and, for all of them, one search less at every call."""

import sys
from importlib.util import find_spec

if find_spec("sniffio") is None:
    # httpx looks for it several times a call, on the whole path: Python does not remember what it did
    # not find. None says so at once.
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # documented: no such module
