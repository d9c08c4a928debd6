// Offers that hold on a day, with the funds that pay for them, and the areas where they do: those they serve, or as
// much of them as the fund's region leaves. Whether these take in the whole scope; capacity -1 is unlimited.
MATCH (scope:Region {code: $scope})
CALL (scope) {
  MATCH (scope)-[:PART_OF*0..4]->(:Region)<-[:SERVES]-(o:Offer)
  RETURN o
  UNION
  MATCH (scope)<-[:PART_OF*1..4]-(:Region)<-[:SERVES]-(o:Offer)
  RETURN o
}
MATCH (org:Organization)-[:OFFERS]->(o)-[:OF_KIND]->(k:ServiceKind)
WHERE o.closed_on IS NULL AND org.closed_on IS NULL AND NOT coalesce(o.paused, false)
  AND (o.valid_from IS NULL OR o.valid_from <= $on) AND (o.valid_to IS NULL OR o.valid_to >= $on)
OPTIONAL MATCH (o)-[:PAID_BY]->(f:Fund)
WITH scope, o, k, f
WHERE f IS NULL OR (
  f.closed_on IS NULL AND (f.valid_from IS NULL OR f.valid_from <= $on) AND (f.valid_to IS NULL OR f.valid_to >= $on)
  AND (NOT EXISTS { (f)-[:PAYS_FOR]->() } OR EXISTS { (k)<-[:BROADER*0..]-()-[:BROADER*0..]->()<-[:PAYS_FOR]-(f) })
)
OPTIONAL MATCH (f)-[:SPENT_IN]->(paid:Region)
MATCH (o)-[:SERVES]->(served:Region)
WITH scope, o, k,
     CASE
       WHEN paid IS NULL OR EXISTS { (served)-[:PART_OF*0..4]->(paid) } THEN served
       WHEN EXISTS { (paid)-[:PART_OF*0..4]->(served) } THEN paid
     END AS area
WITH o, k, collect(DISTINCT area.code) AS areas,
     max(CASE WHEN EXISTS { (scope)-[:PART_OF*0..4]->(area) } THEN 1 ELSE 0 END) = 1 AS whole
RETURN o.offer AS offer, k.kind AS kind, coalesce(k.recurring, false) AS recurring,
       coalesce(o.capacity, -1) AS capacity, whole, areas
ORDER BY offer
