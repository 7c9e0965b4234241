"""Adjustments of the list (清单调整申请): from a department's form to the published change."""
