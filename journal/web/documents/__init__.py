"""A document of the services as a page, a spreadsheet and a print."""
