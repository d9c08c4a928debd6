// Change an account that nobody changed since it was read, while the graph is locked; the mark tells a repetition of this very
// statement.
MATCH (u:User {name: $name})
WHERE u.version = $version OR (u.version = $version + 1 AND u.mark = $mark)
SET u += $changes, u.mark = $mark, u.version = $version + 1, u.actor = $actor
RETURN u.version AS version
