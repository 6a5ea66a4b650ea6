"""An agent in the browser (extra ``web``): a voice page with its socket, on a port or in your own server.

::

    page = VoicePage(lambda: live)
    async with open_site(page.routes, port=8020) as site:   # on a port of its own
        …
    app = SiteApp(page.routes)                              # or as an ASGI application, under Trio

Other pages stand beside it: `Routes` are tables of files and sockets, and add up.
"""

from __future__ import annotations

from trio_live.web._call import Connect
from trio_live.web._messages import FROM_PAGE, TO_PAGE
from trio_live.web._site import (
    Gate,
    PageClose,
    PageSocket,
    Routes,
    ServedSite,
    SiteApp,
    SocketGone,
    SocketHandler,
    StaticFile,
    files_in,
    new_token,
    open_site,
)
from trio_live.web._timeline_page import TimelinePage
from trio_live.web._voice_page import VoicePage

__all__ = [
    "FROM_PAGE",
    "TO_PAGE",
    "Connect",
    "Gate",
    "PageClose",
    "PageSocket",
    "Routes",
    "ServedSite",
    "SiteApp",
    "SocketGone",
    "SocketHandler",
    "StaticFile",
    "TimelinePage",
    "VoicePage",
    "files_in",
    "new_token",
    "open_site",
]
