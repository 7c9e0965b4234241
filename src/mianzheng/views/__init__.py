"""Views: values into HTML and documents. What readers see of the catalog on a day, and the templates that say it."""
