// Needs of a kind or a narrower one at these places, beginning at the places: for narrow areas. A part of another statement.
MATCH (:ServiceKind {kind: $kind})<-[:BROADER*0..]-(narrower:ServiceKind)
WITH collect(DISTINCT narrower.kind) AS kinds
UNWIND $places AS place
MATCH (r:Region {code: place})
CALL (r) {
  MATCH (r)<-[:LIVES_IN]-(h:Household)-[:HAS_NEED]->(n:Need)
  WHERE NOT EXISTS { (n)-[:HAPPENED_IN]->() }
  RETURN h, n
  UNION ALL
  MATCH (r)<-[:HAPPENED_IN]-(n:Need)<-[:HAS_NEED]-(h:Household)
  RETURN h, n
}
MATCH (n)-[:OF_KIND]->(k:ServiceKind)
WHERE k.kind IN kinds
WITH k, n, h, place
