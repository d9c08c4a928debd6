// The keys of a label, closed or not.
MATCH (n:<label>)
RETURN collect(n.<key>) AS key
