"""What the page tests call their signed-in clients."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

#: `signed_in("leader")`, `signed_in("leader", english=True)`.
SignedIn = Callable[..., TestClient]
ORIGIN = "http://testserver"
