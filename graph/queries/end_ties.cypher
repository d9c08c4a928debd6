// End relationships at a revision; one ended before is passed over, and so is a fact of the same pair.
UNWIND range(0, size($subject) - 1) AS i
MATCH (s:<label> {<key>: $subject[i]})<tail>[t:<type>]<head>(p:<target> {<target_key>: $provider[i]})
WHERE t.since < $revision AND t.until IS NULL AND NOT coalesce(t.status, '') IN ['accepted', 'delivered']
SET t.until = $revision
