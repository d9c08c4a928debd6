// Open locks whose subject lies in a region — a village itself, a household where it lives, a need at its place — in order of
// place and key, after one of them; those that lie nowhere come last.
MATCH (n:Lock)-[:LOCKS]->(s)
WHERE NOT n:Closed
OPTIONAL MATCH (s)-[:HAPPENED_IN]->(incident:Region)
OPTIONAL MATCH (s)<-[:HAS_NEED]-(owner:Household)
WITH n, s, incident, coalesce(owner, s) AS household
OPTIONAL MATCH (household)-[:LIVES_IN]->(home:Region)
WITH n, CASE WHEN s:Region THEN s ELSE coalesce(incident, home) END AS r
WHERE $region IS NULL OR EXISTS { (r)-[:PART_OF*0..6]->(:Region {code: $region}) }
WITH coalesce(r.code, $nowhere) AS place, n.lock AS key
WHERE place > $place OR (place = $place AND key > $key)
RETURN place, key
ORDER BY place, key
LIMIT $limit
