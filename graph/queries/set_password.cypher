// Make the local server's password the one of its file.
ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED
