// Keys of the needs, not closed, whose place lies in a region: where an emergency happened, or else where the household lives.
MATCH (:Region {code: $region})<-[:PART_OF*0..6]-(place:Region)
CALL (place) {
  MATCH (place)<-[:HAPPENED_IN]-(n:Need)
  RETURN n
  UNION ALL
  MATCH (place)<-[:LIVES_IN]-(:Household)-[:HAS_NEED]->(n:Need)
  WHERE NOT EXISTS { (n)-[:HAPPENED_IN]->() }
  RETURN n
}
WITH n
WHERE coalesce(n.status, 'open') <> 'closed'
RETURN collect(n.need) AS key
