// Pairs of keys that one kind of relationship joins.
UNWIND $keys AS key
MATCH (n:<label> {<key>: key})<tail>[:<type>]<head>(t:<target>)
RETURN collect(n.<key>) AS key, collect(t.<target_key>) AS target
