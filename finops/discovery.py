"""One way to find what lies in a plugin folder: one object of the kind a file, the file's name is its name."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType
from typing import TypeVar

from finops.errors import BadConfig

Kind = TypeVar("Kind")


def instances(folder: ModuleType, kind: type[Kind]) -> dict[str, Kind]:
    """The one object of *kind* in each file of *folder*, by the file's name; BadConfig names a file that differs."""
    return {
        name: _only(module, [v for v in vars(module).values() if isinstance(v, kind)], kind)
        for name, module in _modules(folder)
    }


def subclasses(folder: ModuleType, kind: type[Kind]) -> dict[str, type[Kind]]:
    """The one class derived from *kind* in each file of *folder*, by the file's name."""
    return {name: _subclass(module, kind) for name, module in _modules(folder)}


def only_subclass(folder: ModuleType, name: str, kind: type[Kind]) -> type[Kind]:
    """The one class derived from *kind* in the file of *folder* called *name*, which is there; no other is loaded."""
    return _subclass(import_module(f"{folder.__name__}.{name}"), kind)


def _subclass(module: ModuleType, kind: type[Kind]) -> type[Kind]:
    found: type[Kind] = _only(module, [v for v in vars(module).values() if _is_own(v, kind, module)], kind)
    return found


def _is_own(value: object, kind: type, module: ModuleType) -> bool:
    return (
        isinstance(value, type)
        and issubclass(value, kind)
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
    )


def _modules(folder: ModuleType) -> list[tuple[str, ModuleType]]:
    names = sorted(info.name for info in pkgutil.iter_modules(folder.__path__) if not info.name.startswith("_"))
    return [(name, import_module(f"{folder.__name__}.{name}")) for name in names]


def _only(module: ModuleType, found: list[Kind], kind: type) -> Kind:
    if len(found) != 1:
        raise BadConfig(f"{module.__name__} must hold exactly one {kind.__name__}, it holds {len(found)}.")
    if not getattr(found[0], "about", "told"):
        raise BadConfig(f"{module.__name__} must say in a docstring what its {kind.__name__} is about.")
    return found[0]
