"""HTTP. Today: the static site with its headers and redirects; the API comes into the same application."""
