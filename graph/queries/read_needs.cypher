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
WHERE h.closed_on IS NULL
MATCH (h)-[:HAS_NEED]->(n:Need)-[:OF_KIND]->(k:ServiceKind)
WHERE coalesce(n.status, 'open') <> 'closed'
OPTIONAL MATCH (n)-[:FOR_PERSON]->(p:Person)
OPTIONAL MATCH (n)-[:HAPPENED_IN]->(i:Region)
WITH h, n, k, p, i
WHERE p.closed_on IS NULL
RETURN collect(n.need) AS need, collect(h.household) AS household, collect(coalesce(p.person, '')) AS person,
       collect(k.kind) AS kind, collect(n.quantity) AS quantity, collect(coalesce(n.urgency, '')) AS urgency,
       collect(coalesce(duration.inDays(date('1970-01-01'), n.opened_on).days, $blank)) AS opened_on,
       collect(coalesce(duration.inDays(date('1970-01-01'), n.due_on).days, $blank)) AS due_on,
       collect(coalesce(i.code, '')) AS incident_place, collect(coalesce(n.status, '')) AS status
