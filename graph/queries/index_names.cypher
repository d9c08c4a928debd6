// The indexes that are there.
SHOW INDEXES YIELD name
