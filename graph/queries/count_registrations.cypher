// How many registrations of organisations seated in a region wait.
MATCH (r:Registration {state: 'waiting'})
WHERE $region IS NULL OR EXISTS { (:Region {code: r.region})-[:PART_OF*0..6]->(:Region {code: $region}) }
RETURN count(*) AS waiting
