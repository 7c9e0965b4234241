"""The search index: small hashed shards of JSON that a browser fetches as it needs them (format: docs/search.md)."""
