// How many nodes a label has.
MATCH (n:<label>)
RETURN count(n) AS rows
