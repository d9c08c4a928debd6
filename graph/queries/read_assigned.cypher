// Assignments that hold at a revision, for the needs of the households of these villages and of these that live in none.
CALL () {
  UNWIND $villages AS code
  MATCH (:Region {code: code})<-[:LIVES_IN]-(h:Household)
  RETURN h
  UNION ALL
  UNWIND $strangers AS key
  MATCH (h:Household {household: key})
  RETURN h
}
MATCH (h)-[:HAS_NEED]->(n:Need)-[a:ASSIGNED]->(p)
WHERE a.since <= $revision AND (a.until IS NULL OR a.until > $revision)
RETURN collect(n.need) AS need, collect(labels(p)[0]) AS provider_type,
       collect(coalesce(p.offer, p.volunteer)) AS provider,
       collect(a.quantity) AS quantity, collect(coalesce(a.status, '')) AS status
