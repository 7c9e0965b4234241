"""Background work: plain functions that may run at any time, twice or late, without harm."""
