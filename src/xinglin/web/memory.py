"""What the pages remember between requests: one value per name, kept while what it was worked out from stands still."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

V = TypeVar("V")


@dataclass
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    key: object = None
    value: Any = None
    known: bool = False


class Memory:
    """Values by name. A name whose key has changed is worked out anew, by one thread while others wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    def recall(self, name: str, key: object, make: Callable[[], V]) -> V:
        """The value under `name`, made when `key` is not the one it was made for."""
        with self._lock:
            kept = self._kept.setdefault(name, _Kept())
        with kept.lock:
            if not kept.known or kept.key != key:
                kept.value, kept.key, kept.known = make(), key, True
            return cast("V", kept.value)
