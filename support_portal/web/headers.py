"""What every answer says to the browser, and which requests are not answered at all."""

from __future__ import annotations

from flask import Flask, Response, abort, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
# Static files carry a digest of their content in their address.
FOREVER = "public, max-age=31536000, immutable"
SAFE_METHODS = frozenset({"GET", "HEAD"})
OWN_SITE = frozenset({"same-origin", "none"})


def init_headers(app: Flask, *, host: str, is_https: bool) -> None:
    """Answer for this host alone, refuse what other sites send, and set the headers of every answer."""

    @app.before_request
    def refuse_foreign_host() -> None:
        if request.headers.get("Host", "").casefold() != host.casefold():
            abort(400, "This address does not lead to the portal.")

    @app.before_request
    def refuse_foreign_sites() -> None:
        site = request.headers.get("Sec-Fetch-Site")
        if request.method not in SAFE_METHODS and site is not None and site not in OWN_SITE:
            abort(403, "Another site sent this request, so nothing was done.")

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(ALWAYS)
        if is_https:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        if request.endpoint == "static" and response.status_code == 200:
            response.headers["Cache-Control"] = FOREVER
        else:
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        return response
