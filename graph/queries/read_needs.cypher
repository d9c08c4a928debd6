// Needs, not closed, of the households of these villages, and of these that live in none.
CALL () {
  UNWIND $villages AS code
  MATCH (:Region {code: code})<-[:LIVES_IN]-(h:Household)
  RETURN h
  UNION ALL
  UNWIND $strangers AS key
  MATCH (h:Household {household: key})
  RETURN h
}
WITH h
WHERE NOT h:Closed
MATCH (h)-[:HAS_NEED]->(n)-[:OF_KIND]->(k)
WHERE coalesce(n.status, 'open') <> 'closed'
OPTIONAL MATCH (n)-[:FOR_PERSON]->(p)
WITH h, n, k, p
WHERE p IS NULL OR NOT p:Closed
RETURN collect(n.need) AS need, collect(h.household) AS household, collect(coalesce(p.person, '')) AS person,
       collect(k.kind) AS kind, collect(n.quantity) AS quantity, collect(coalesce(n.urgency, '')) AS urgency,
       collect(coalesce(toString(n.opened_on), '')) AS opened_on, collect(coalesce(toString(n.due_on), '')) AS due_on,
       collect(coalesce(n.status, '')) AS status
