// Close a row from the program, as it was at a version: from today on it is not read.
MATCH (n:<label> {<key>: $key})
WHERE n.version = $version OR (n.version = $version + 1 AND n.mark = $mark)
SET n:Closed, n.closed_on = $today, n.version = $version + 1, n.actor = $actor, n.mark = $mark, n.edited_at = datetime()
RETURN n.version AS version
