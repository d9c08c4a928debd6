// End relationships at a revision; one ended before is passed over.
UNWIND range(0, size($subject) - 1) AS i
MATCH (s:<label> {<key>: $subject[i]})<tail>[t:<type>]<head>(p:<target> {<target_key>: $provider[i]})
WHERE t.since < $revision AND t.until IS NULL
SET t.until = $revision
