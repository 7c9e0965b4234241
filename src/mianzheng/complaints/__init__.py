"""Complaints (投诉举报): from the citizen's form to the answer; the figures that come of them."""
