// Some of what a publication that never took effect wrote of these providers: what it had ended goes on, what it had
// begun is taken out.
UNWIND $keys AS key
MATCH (p:<target> {<target_key>: key})
MATCH ()<tail>[t:<type>]<head>(p)
WHERE t.since = $revision OR t.until = $revision
WITH t LIMIT $limit
FOREACH (ended IN CASE WHEN t.until = $revision THEN [t] ELSE [] END | REMOVE ended.until)
FOREACH (began IN CASE WHEN t.since = $revision THEN [t] ELSE [] END | DELETE began)
RETURN count(*) AS n
