// An index that a constraint left behind when the server was killed while it was being made.
DROP INDEX <name> IF EXISTS
