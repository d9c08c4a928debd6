// Pairs of keys that one kind of relationship joins, asked for from its other end.
UNWIND $keys AS key
MATCH (n:<label>)<tail>[:<type>]<head>(t:<target> {<target_key>: key})
RETURN collect(n.<key>) AS key, collect(t.<target_key>) AS target
