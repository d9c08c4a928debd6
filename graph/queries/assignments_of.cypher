// Assignments that hold at a revision, of one need or one provider or both, within a region, in order of place and key.
CALL () {
  MATCH (p:Offer {offer: $provider})<-[t:ASSIGNED]-(n:Need)
  RETURN n, t, p
  UNION ALL
  MATCH (p:Volunteer {volunteer: $provider})<-[t:ASSIGNED]-(n:Need)
  RETURN n, t, p
  UNION ALL
  MATCH (n:Need {need: $need})-[t:ASSIGNED]->(p)
  WHERE $provider IS NULL
  RETURN n, t, p
}
WITH n, t, p
WHERE ($need IS NULL OR n.need = $need) AND t.since <= $revision AND (t.until IS NULL OR t.until > $revision)
OPTIONAL MATCH (n)-[:HAPPENED_IN]->(incident:Region)
OPTIONAL MATCH (n)<-[:HAS_NEED]-(:Household)-[:LIVES_IN]->(home:Region)
WITH n, t, p, coalesce(incident, home) AS r
WHERE $region IS NULL OR EXISTS { (r)-[:PART_OF*0..6]->(:Region {code: $region}) }
WITH coalesce(r.code, $nowhere) AS place, n, t, p, n.need + '\u001F' + coalesce(p.offer, p.volunteer) + '\u001F' + t.since AS key
WHERE place > $place OR (place = $place AND key > $key)
RETURN place, key, n.need AS need, CASE WHEN p:Volunteer THEN 'volunteer' ELSE 'offer' END AS provider_type,
       coalesce(p.offer, p.volunteer) AS provider, t.quantity AS quantity, t.minutes AS minutes, t.cost AS cost,
       t.status AS status, t.since AS since
ORDER BY place, key
LIMIT $limit
