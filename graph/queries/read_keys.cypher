// The keys of a label.
MATCH (n:<label>)
WHERE $closed OR NOT n:Closed
RETURN n.<key> AS key
