// An index of a property that rows are looked up by beside their key.
CREATE INDEX <name> IF NOT EXISTS FOR (n:<label>) ON (n.<property>)
