"""Outside tables in any format as text cells with the row numbers of their files."""
