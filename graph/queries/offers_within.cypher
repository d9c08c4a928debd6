// Keys of the open offers that start from a region, or else whose organisation has its seat there.
MATCH (:Region {code: $region})<-[:PART_OF*0..6]-(place:Region)
CALL (place) {
  MATCH (place)<-[:STARTS_FROM]-(n:Offer)
  RETURN n
  UNION ALL
  MATCH (place)<-[:SEATED_IN]-(:Organization)-[:OFFERS]->(n:Offer)
  WHERE NOT EXISTS { (n)-[:STARTS_FROM]->() }
  RETURN n
}
WITH n
WHERE NOT n:Closed
RETURN collect(n.offer) AS key
