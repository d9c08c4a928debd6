// Close rows: from today on they are not read.
UNWIND $keys AS key
MATCH (n:<label> {<key>: key})
WHERE NOT n:Closed
SET n:Closed, n.closed_on = $today, n.version = n.version + 1, n.actor = $actor
