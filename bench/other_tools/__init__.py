"""The heart of VIP25 in other tools, each a process of its own: `with_polars.py FEEDS AS_OF PAYOUTS`."""
