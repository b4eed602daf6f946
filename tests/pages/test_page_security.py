"""Which requests are let in, and where redirects may lead."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from xinglin.web.security import CONTENT_POLICY, LARGEST_REQUEST, foreign_request, local_path, too_large


def request(method: str, **headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": method, "path": "/", "headers": named, "query_string": b""})


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({"sec_fetch_site": "same-origin"}, False),
        ({"sec_fetch_site": "none"}, False),
        ({"sec_fetch_site": "cross-site"}, True),
        ({"sec_fetch_site": "same-site"}, True),
        ({"origin": "http://xinglin.local:8020", "host": "xinglin.local:8020"}, False),
        ({"origin": "http://evil.example", "host": "xinglin.local:8020"}, True),
        ({"origin": "null", "host": "xinglin.local:8020"}, True),
        ({"host": "xinglin.local:8020"}, True),
    ],
)
def test_writes_come_from_our_own_pages(headers: dict[str, str], foreign: bool) -> None:
    """A write from another site, or from nowhere, is refused; reading is never a forgery."""
    assert foreign_request(request("POST", **headers)) is foreign
    assert foreign_request(request("GET", **headers)) is False


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/plan?colour=red", "/plan?colour=red"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("", "/"),
    ],
)
def test_redirects_stay_in_the_house(path: str, kept: str) -> None:
    """After signing in nobody is led to another site."""
    assert local_path(path) == kept


def test_size_is_known_before_reading() -> None:
    """A request larger than any page sends is refused by its header, one that hides its size too."""
    assert not too_large(request("POST", content_length="1000"))
    assert too_large(request("POST", content_length=str(LARGEST_REQUEST + 1)))
    assert too_large(request("POST", transfer_encoding="chunked"))
    assert too_large(request("POST", content_length="ten"))


def test_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    """The content policy names only this house."""
    assert "unsafe" not in CONTENT_POLICY
    assert "http" not in CONTENT_POLICY
    assert "default-src 'none'" in CONTENT_POLICY
