// Which caseworker covers which place at a revision.
MATCH (w:Caseworker)-[c:COVERS]->(r:Region)
WHERE c.since <= $revision AND (c.until IS NULL OR c.until > $revision)
RETURN r.code AS place, w.caseworker AS caseworker
