"""One bug put into the product as it is imported; the files stay as they are."""

import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from tests.mutants.bugs import Bug


class _WithBug(SourceFileLoader):
    """Compiles the source with the bug in it, past every cache."""

    def __init__(self, spec: ModuleSpec, bug: Bug) -> None:
        super().__init__(spec.name, str(spec.origin))
        self._bug = bug

    def get_code(self, fullname: str) -> CodeType:
        return compile(with_bug(self._bug), self.path, "exec")


class _Finder:
    """Hands out the one module that has the bug."""

    def __init__(self, bug: Bug) -> None:
        self._bug = bug

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self._bug.module:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None:
            spec.loader = _WithBug(spec, self._bug)
        return spec


def source_of(module: str) -> str:
    """The module as it is."""
    root = Path(__file__).parents[2]
    path = root / (module.replace(".", "/") + ".py")
    return (path if path.exists() else root / module.replace(".", "/") / "__init__.py").read_text()


def with_bug(bug: Bug) -> str:
    """The module with the bug in it.

    Raises:
        ValueError: the words are not there once: the list is behind the product.
    """
    source = source_of(bug.module)
    if source.count(bug.before) != 1:
        raise ValueError(f"{bug.name!r}: {bug.module} holds its words {source.count(bug.before)} times")
    return source.replace(bug.before, bug.after)


def put_in(bug: Bug) -> None:
    """From now on the product has the bug. Before anything of it is imported."""
    if bug.module in sys.modules:
        raise ValueError(f"{bug.module} is imported already")
    importlib.invalidate_caches()
    sys.meta_path.insert(0, _Finder(bug))
