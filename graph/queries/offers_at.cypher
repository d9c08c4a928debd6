// Open offers that start from these places, or else whose organisation has its seat there, in order of place and key.
UNWIND $places AS place
MATCH (r:Region {code: place})
CALL (r) {
  MATCH (r)<-[:STARTS_FROM]-(n:Offer)
  RETURN n
  UNION ALL
  MATCH (r)<-[:SEATED_IN]-(:Organization)-[:OFFERS]->(n:Offer)
  WHERE NOT EXISTS { (n)-[:STARTS_FROM]->() }
  RETURN n
}
WITH place, n
WHERE NOT n:Closed AND (place > $place OR n.offer > $key)
  AND ($kind IS NULL OR EXISTS { (n)-[:OF_KIND]->(:ServiceKind {kind: $kind}) })
RETURN place, n.offer AS key
ORDER BY place, key
LIMIT $limit
