"""One machine: the site, the API, the workbench and the jobs in one process."""
