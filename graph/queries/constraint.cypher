// The key of a label is unique.
CREATE CONSTRAINT <name> IF NOT EXISTS FOR (n:<label>) REQUIRE n.<key> IS UNIQUE
