"""Sheets: lists as official documents, departments' spreadsheets as proposals, and the check of such a sheet."""
