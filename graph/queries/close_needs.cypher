// Close needs; the status that each had comes back with it.
UNWIND $keys AS key
MATCH (n:<label> {<key>: key})
WHERE coalesce(n.status, 'open') <> 'closed'
SET n.status_before = n.status, n.status = 'closed', n.closed_on = $today, n.version = n.version + 1, n.actor = $actor
