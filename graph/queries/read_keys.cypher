// The keys of a label.
MATCH (n:<label>)
WHERE n.closed_on IS NULL OR $closed
RETURN n.<key> AS key
