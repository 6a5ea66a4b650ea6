"""Files and sockets for browsers, on a port or as an ASGI application, behind one gate."""

from trio_live.web._site._asgi import SiteApp
from trio_live.web._site._gate import Gate, new_token
from trio_live.web._site._routes import CONTENT_TYPES, POLICY, SECURITY, Routes, SocketHandler, StaticFile, files_in
from trio_live.web._site._serving import ServedSite, open_site
from trio_live.web._site._socket import CLOSE_WITHIN, PageClose, PageSocket, SocketGone, read_object

__all__ = [
    "CLOSE_WITHIN",
    "CONTENT_TYPES",
    "POLICY",
    "SECURITY",
    "Gate",
    "PageClose",
    "PageSocket",
    "Routes",
    "ServedSite",
    "SiteApp",
    "SocketGone",
    "SocketHandler",
    "StaticFile",
    "files_in",
    "new_token",
    "open_site",
    "read_object",
]
