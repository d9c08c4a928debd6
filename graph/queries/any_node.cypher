// Whether the graph holds anything but its own bookkeeping.
MATCH (n)
WHERE NOT n:Graph AND NOT n:Load
RETURN 1 AS found
LIMIT 1
