// New and changed nodes; a need that was absent from its region gets its status back, unless the file has another. One that someone wrote meanwhile is passed over and not counted; one that this very
// statement wrote before its reply was lost is written again, to the same effect.
UNWIND $rows AS row
MERGE (n:<label> {<key>: row.key})
WITH n, row
WHERE coalesce(n.version, 0) = row.version - 1 OR (n.version = row.version AND n.edited_at IS NULL)
FOREACH (need IN CASE WHEN n:Need AND n.closed_on IS NOT NULL THEN [n] ELSE [] END |
  SET need.status = need.status_before
  REMOVE need.status_before)
SET n += row.properties, n.version = row.version, n.actor = $actor, n.closed_on = null, n.edited_at = null
REMOVE n:Closed
RETURN count(*) AS written
