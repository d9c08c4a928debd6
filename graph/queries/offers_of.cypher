// Open offers of an organisation within a region, in order of place and key; those that lie nowhere come last.
MATCH (o:Organization {organization: $organization})-[:OFFERS]->(n:Offer)
WHERE NOT n:Closed AND ($kind IS NULL OR EXISTS { (n)-[:OF_KIND]->(:ServiceKind {kind: $kind}) })
OPTIONAL MATCH (o)-[:SEATED_IN]->(seat:Region)
OPTIONAL MATCH (n)-[:STARTS_FROM]->(start:Region)
WITH n, coalesce(start, seat) AS r
WHERE $region IS NULL OR EXISTS { (r)-[:PART_OF*0..6]->(:Region {code: $region}) }
WITH coalesce(r.code, $nowhere) AS place, n.offer AS key
WHERE place > $place OR (place = $place AND key > $key)
RETURN place, key
ORDER BY place, key
LIMIT $limit
