"""The outside: databases, keys, forges, mail. Each adapter answers a port."""
