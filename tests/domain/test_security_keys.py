"""Where security keys work: on a site with a name, and on no other."""

from __future__ import annotations

import pytest

from support_portal.domain.security_keys import Site, site_of


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://support.example", Site("support.example", "https://support.example")),
        ("https://Support.Example:443/help", Site("support.example", "https://support.example")),
        ("https://support.example:8443", Site("support.example", "https://support.example:8443")),
        ("http://localhost:8000", Site("localhost", "http://localhost:8000")),
        ("http://localhost", Site("localhost", "http://localhost")),
        ("http://127.0.0.1:8000", None),
        ("https://192.0.2.7", None),
        ("http://[::1]:8000", None),
        ("https://[2001:db8::1]", None),
    ],
)
def test_a_key_is_bound_to_the_name_of_the_site_and_to_no_address(address: str, site: Site | None) -> None:
    assert site_of(address) == site
