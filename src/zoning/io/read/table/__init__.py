"""Tables, one module a format: csv, xlsx, xls, docx."""
