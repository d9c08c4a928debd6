// Needs at these places — where an emergency happened, or else where the household lives — in order of place and key, after one
// of them; closed ones only where these are asked for.
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
WITH place, n, h, coalesce(n.status, 'open') AS status
WHERE (place > $place OR n.need > $key) AND NOT h:Closed
  AND CASE WHEN $status IS NULL THEN status <> 'closed' ELSE status = $status END
  AND ($kind IS NULL OR EXISTS { (n)-[:OF_KIND]->(:ServiceKind {kind: $kind}) })
WITH place, n.need AS key, coalesce(n.urgency, CASE WHEN coalesce(h.alert, 'none') = 'none' THEN 'green' ELSE h.alert END) AS urgency
WHERE $urgency IS NULL OR urgency = $urgency
RETURN place, key, urgency
ORDER BY place, key
LIMIT $limit
