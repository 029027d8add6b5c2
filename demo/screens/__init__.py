"""Pictures of the demo's pages, taken in a browser from its sample data; `python3 dev.py screens` takes them."""
