"""Style sheet, script, fonts and icons, served by the portal itself: nothing comes from another host."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, send_from_directory
from werkzeug.wrappers import Response

from support_portal.domain.staff import Permission
from support_portal.web.guard import needs


def init_static_files(app: Flask, folder: Path) -> None:
    """Serve the files of this folder, and no list of them."""

    @app.get("/static/<path:filename>", endpoint="static")
    @needs(Permission.ANYBODY)
    def static(filename: str) -> Response:
        return send_from_directory(folder, filename)
