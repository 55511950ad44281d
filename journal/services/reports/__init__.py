"""The standard reports: each a module in `kinds`; what it gives is a document for the screen, a spreadsheet and a print."""
