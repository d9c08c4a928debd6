// Open offers that start from no place and whose organisation has no seat, in order of key.
MATCH (n:Offer)
WHERE n.offer > $key AND NOT n:Closed AND NOT EXISTS { (n)-[:STARTS_FROM]->() }
  AND NOT EXISTS { (n)<-[:OFFERS]-(:Organization)-[:SEATED_IN]->() }
  AND ($kind IS NULL OR EXISTS { (n)-[:OF_KIND]->(:ServiceKind {kind: $kind}) })
RETURN $place AS place, n.offer AS key
ORDER BY key
LIMIT $limit
