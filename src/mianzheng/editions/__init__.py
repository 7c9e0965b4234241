"""Editions 半年度清单: when one is due, freezing it, what changed since the one before (YY-ADJ-05-2, CLK-7, OQ-19)."""
