"""The views as files, as known at a position: Popolo, CSV, SQLite, QuickStatements."""
