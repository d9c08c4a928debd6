// Close needs.
UNWIND $keys AS key
MATCH (n:<label> {<key>: key})
WHERE coalesce(n.status, 'open') <> 'closed'
SET n.status = 'closed', n.version = n.version + 1, n.actor = $actor
