// Pairs of keys that one kind of relationship joins, of all nodes of a label that are not closed.
MATCH (n:<label>)
WHERE NOT n:Closed
MATCH (n)<tail>[:<type>]<head>(t:<target>)
RETURN collect(n.<key>) AS key, collect(t.<target_key>) AS target
