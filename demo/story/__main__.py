"""`python -m demo.story`: makes the sample data of the demo once, and writes its guide on each start."""

from __future__ import annotations

import sys

from demo.story.guide import write_guide
from demo.story.marker import DONE, Marker
from support_portal.settings import Settings

NOT_OURS = 1


def main() -> int:
    """Make what is not there, then the guide; status 1 and one line where the database is not the demo's."""
    settings = Settings.from_environment()
    settings.need("DATABASE_URL")
    marker = Marker(settings.data_dir / "story.json")
    if marker.state != DONE:
        from demo.story.making import NotOurs, make  # everything that a start with whole data can do without

        try:
            make(settings, marker)
        except NotOurs as refusal:
            sys.stderr.write(f"{refusal}\n")
            return NOT_OURS
    write_guide(settings, marker.references)
    return 0


if __name__ == "__main__":
    sys.exit(main())
