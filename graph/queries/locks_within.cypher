// Keys of the open locks whose subject lies in a region: a village itself, a household where it lives, a need at its place.
MATCH (:Region {code: $region})<-[:PART_OF*0..6]-(place:Region)
CALL (place) {
  MATCH (place)<-[:LOCKS]-(n:Lock)
  RETURN n
  UNION
  MATCH (place)<-[:LIVES_IN]-(:Household)<-[:LOCKS]-(n:Lock)
  RETURN n
  UNION
  MATCH (place)<-[:HAPPENED_IN]-(:Need)<-[:LOCKS]-(n:Lock)
  RETURN n
  UNION
  MATCH (place)<-[:LIVES_IN]-(:Household)-[:HAS_NEED]->(need:Need)<-[:LOCKS]-(n:Lock)
  WHERE NOT EXISTS { (need)-[:HAPPENED_IN]->() }
  RETURN n
}
WITH n
WHERE NOT n:Closed
RETURN collect(n.lock) AS key
