"""Suggestions (给清单提意见): anybody may comment on the list; no due date, an answer, maybe an adjustment (OQ-68)."""
