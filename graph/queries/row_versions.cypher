// Versions of the rows with these keys; 0 for one that is not there.
UNWIND $keys AS key
OPTIONAL MATCH (n:<label> {<key>: key})
RETURN key, coalesce(n.version, 0) AS version
