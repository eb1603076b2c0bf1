"""A page without a network: what folium would fetch from five hosts is put into the page from the folder ``assets``."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Sequence
from importlib.resources import files

from zoning.errors import ZoningError
from zoning.messages import fault

__all__ = ["POLICY", "VENDORED", "asset", "inline_assets", "policy"]

POLICY = "default-src 'self' 'unsafe-inline' data: blob:"
"""Content-Security-Policy of the page: whatever was overlooked, the browser refuses to fetch it."""


def policy(hosts: Sequence[str] = ()) -> str:
    """Return the policy of a page that may ask some hosts for pictures, and nobody for anything else.

    Examples
    --------
    >>> policy() == POLICY
    True
    >>> policy(["https://t0.example.org"])
    "default-src 'self' 'unsafe-inline' data: blob:; img-src 'self' data: blob: https://t0.example.org"
    """
    return f"{POLICY}; img-src 'self' data: blob: {' '.join(hosts)}" if hosts else POLICY


VENDORED = {
    "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js": "leaflet.js",
    "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css": "leaflet.css",
    "https://cdn.jsdelivr.net/npm/leaflet.fullscreen@3.0.0/Control.FullScreen.min.js": "Control.FullScreen.js",
    "https://cdn.jsdelivr.net/npm/leaflet.fullscreen@3.0.0/Control.FullScreen.css": "Control.FullScreen.css",
}
"""Address that folium 0.20 asks for → file of ``assets``; another folium asks for others and is refused."""

_SCRIPT = re.compile(r'<script src="([^"]+)"></script>')
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)"\s*/?>')
_FETCH = re.compile(
    r"""<(?:script|link|img|iframe|object|embed|source)\b[^>]*?\s(?:src|href|data)\s*=\s*["']?([^"'\s>]+)"""
)
_PICTURE = re.compile(r"url\((?![\"']?(?:data:|#))[\"']?([^\"')]+)[\"']?\)")
_BODY = re.compile(r"(<script\b[^>]*>).*?(</script>)", re.DOTALL)
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


def asset(name: str) -> bytes:
    """Return a file of the folder ``assets``."""
    return files("zoning.webmap").joinpath("assets", name).read_bytes()


def inline_assets(html: str) -> str:
    """Return a page with every script and style sheet it links to put inside.

    Parameters
    ----------
    html : str
        A page rendered by folium.

    Raises
    ------
    ZoningError
        If the page asks for an address that is not vendored.

    Examples
    --------
    >>> page = '<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css"/>'
    >>> inline_assets(page).startswith("<style>")
    True
    >>> inline_assets('<script src="https://example.org/x.js"></script>')
    Traceback (most recent call last):
    ...
    zoning.errors.ZoningError: ...
    """
    html = _SCRIPT.sub(lambda found: f"<script>{_script(found.group(1))}</script>", html)
    html = _STYLE.sub(lambda found: f"<style>{_style(found.group(1))}</style>", html)
    outside = _FETCH.search(_without_bodies(html))
    if outside and not outside.group(1).startswith("data:"):
        raise fault(ZoningError, "map.asset", url=outside.group(1))
    return html


def _without_bodies(html: str) -> str:
    """Drop what stands inside scripts: a program or a part may hold text that looks like a tag."""
    return _BODY.sub(r"\1\2", html)


def _text(url: str) -> str:
    if url not in VENDORED:
        raise fault(ZoningError, "map.asset", url=url)
    return asset(VENDORED[url]).decode("utf-8").replace("\r\n", "\n")


def _script(url: str) -> str:
    return _SOURCE_MAP.sub("", _text(url)).replace("</script", "<\\/script")


def _style(url: str) -> str:
    return _PICTURE.sub(lambda found: f"url({_data_uri(found.group(1))})", _text(url))


def _data_uri(path: str) -> str:
    name = path.rsplit("/", maxsplit=1)[-1]
    kind = mimetypes.types_map[name[name.rindex(".") :]]
    return f"data:{kind};base64,{base64.b64encode(asset(name)).decode('ascii')}"
