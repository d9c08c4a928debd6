// Assignments, as of a revision, of the needs of these places: those that happened there, and those of who lives there.
UNWIND $places AS code
MATCH (r:Region {code: code})
CALL (r) {
  MATCH (r)<-[:LIVES_IN]-(:Household)-[:HAS_NEED]->(n:Need)
  WHERE NOT EXISTS { (n)-[:HAPPENED_IN]->() }
  RETURN n
  UNION ALL
  MATCH (r)<-[:HAPPENED_IN]-(n:Need)
  RETURN n
}
MATCH (n)-[t:ASSIGNED]->(p)
WHERE t.since <= $revision AND (t.until IS NULL OR t.until > $revision)
RETURN collect(n.need) AS subject, collect(p:Volunteer) AS volunteer, collect(coalesce(p.offer, p.volunteer)) AS provider,
       collect(t.quantity) AS quantity, collect(t.minutes) AS minutes, collect(t.cost) AS cost, collect(t.status) AS status
