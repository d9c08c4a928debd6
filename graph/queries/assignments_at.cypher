// Assignments that hold at a revision, of the needs at these places, in order of place and key, after one of them.
UNWIND $places AS place
MATCH (r:Region {code: place})
CALL (r) {
  MATCH (r)<-[:LIVES_IN]-(:Household)-[:HAS_NEED]->(n:Need)
  WHERE NOT EXISTS { (n)-[:HAPPENED_IN]->() }
  RETURN n
  UNION ALL
  MATCH (r)<-[:HAPPENED_IN]-(n:Need)
  RETURN n
}
MATCH (n)-[t:ASSIGNED]->(p)
WHERE t.since <= $revision AND (t.until IS NULL OR t.until > $revision)
WITH place, n, t, p, n.need + '\u001F' + coalesce(p.offer, p.volunteer) + '\u001F' + t.since AS key
WHERE place > $place OR key > $key
RETURN place, key, n.need AS need, CASE WHEN p:Volunteer THEN 'volunteer' ELSE 'offer' END AS provider_type,
       coalesce(p.offer, p.volunteer) AS provider, t.quantity AS quantity, t.minutes AS minutes, t.cost AS cost,
       t.status AS status, t.since AS since
ORDER BY place, key
LIMIT $limit
