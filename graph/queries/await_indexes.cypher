// Wait until every constraint and index can be used.
CALL db.awaitIndexes(3600)
