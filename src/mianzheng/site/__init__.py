"""The static site: shells built once by the page generator, stamped with tens of thousands of records."""
