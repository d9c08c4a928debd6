"""Outside tables to and from the vocabulary: reading, checking, loading, exporting, sampling."""
