"""Tables into files of any format, so that no spreadsheet takes a text for a formula."""
