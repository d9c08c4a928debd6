// Needs that count at these places, and what they are given at a revision, by cell, kind and urgency.
// A place comes as its code and the number of its cell.
UNWIND $places AS place
MATCH (r:Region {code: place[0]})
CALL (r) {
  MATCH (r)<-[:LIVES_IN]-(h:Household)-[:HAS_NEED]->(n:Need)
  WHERE NOT EXISTS { (n)-[:HAPPENED_IN]->() }
  RETURN h, n
  UNION ALL
  MATCH (r)<-[:HAPPENED_IN]-(n:Need)<-[:HAS_NEED]-(h:Household)
  RETURN h, n
}
WITH place[1] AS cell, h, n
WHERE coalesce(n.status, 'open') = 'open' AND (n.opened_on IS NULL OR n.opened_on <= $on) AND h.closed_on IS NULL
  AND NOT EXISTS { MATCH (n)-[:FOR_PERSON]->(p:Person) WHERE p.closed_on IS NOT NULL }
MATCH (n)-[:OF_KIND]->(k:ServiceKind)
WITH cell, k.kind AS kind, n.quantity AS asked,
     reduce(units = 0, each IN [
       (n)-[a:ASSIGNED]->() WHERE a.since <= $revision AND (a.until IS NULL OR a.until > $revision) | a.quantity
     ] | units + each) AS given,
     coalesce(n.urgency, CASE WHEN coalesce(h.alert, 'none') = 'none' THEN 'green' ELSE h.alert END) AS urgency
RETURN cell, kind, urgency, count(*) AS needs, sum(asked) AS units,
       sum(CASE WHEN given >= asked THEN 1 ELSE 0 END) AS met,
       sum(CASE WHEN given >= asked THEN asked ELSE given END) AS met_units
