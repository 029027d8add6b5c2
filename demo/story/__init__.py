"""The demo's sample data, told as it would have happened: through the portal's use cases, with a set clock.

Each case is a generator in `waiting.py`, `deciding.py` or `ended.py` that reads from top to bottom; where it yields a
moment, other cases go on first. `drain.py` does all work that is due on the way. Nothing here writes a case by hand.
"""
