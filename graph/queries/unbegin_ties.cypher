// Take out some of what a publication that never took effect had begun.
MATCH ()-[t:<type>]->()
WHERE t.since = $revision
WITH t LIMIT $limit
DELETE t
RETURN count(*) AS n
