// Let some of what a publication that never took effect had ended go on.
MATCH ()-[t:<type>]->()
WHERE t.until = $revision
WITH t LIMIT $limit
REMOVE t.until
RETURN count(*) AS n
