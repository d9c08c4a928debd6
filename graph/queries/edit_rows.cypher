// Rows edited in the program, as they were at a version; one that someone wrote meanwhile is passed over and not counted. The
// mark tells a repetition of this very statement, whose reply was lost.
UNWIND $rows AS row
MERGE (n:<label> {<key>: row.key})
WITH n, row
WHERE coalesce(n.version, 0) = row.version - 1 OR (n.version = row.version AND n.mark = $mark)
SET n += row.properties, n.version = row.version, n.actor = $actor, n.mark = $mark, n.edited_at = datetime(), n.closed_on = null
REMOVE n:Closed
RETURN count(*) AS written
