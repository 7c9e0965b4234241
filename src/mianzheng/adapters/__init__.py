"""Adapters: who answers behind the ports."""
