// Offers that reach into the scope on a day: whether they serve the whole of it, else the areas they serve.
// Capacity -1 is unlimited.
MATCH (scope:Region {code: $scope})
CALL (scope) {
  MATCH (scope)-[:PART_OF*0..4]->(:Region)<-[:SERVES]-(o:Offer)
  RETURN o
  UNION
  MATCH (scope)<-[:PART_OF*1..4]-(:Region)<-[:SERVES]-(o:Offer)
  RETURN o
}
WITH scope, o
MATCH (org:Organization)-[:OFFERS]->(o)-[:OF_KIND]->(k:ServiceKind)
WHERE o.closed_on IS NULL AND org.closed_on IS NULL AND NOT coalesce(o.paused, false)
  AND NOT EXISTS { MATCH (o)-[:PAID_BY]->(f:Fund) WHERE f.closed_on IS NOT NULL }
  AND (o.valid_from IS NULL OR o.valid_from <= $on) AND (o.valid_to IS NULL OR o.valid_to >= $on)
RETURN o.offer AS offer, k.kind AS kind, coalesce(o.capacity, -1) AS capacity,
       EXISTS { MATCH (o)-[:SERVES]->(:Region)<-[:PART_OF*0..4]-(scope) } AS whole,
       [(o)-[:SERVES]->(a:Region) | a.code] AS areas
ORDER BY offer
