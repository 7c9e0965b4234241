"""Adapters: what answers the ports. Each one knows one outside: a database, a key file, a forge."""
