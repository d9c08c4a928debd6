// How many plans there are whose scope lies in a region, and how many of them are in some states.
MATCH (p:Plan)
WHERE $region IS NULL OR EXISTS { (:Region {code: p.scope})-[:PART_OF*0..6]->(:Region {code: $region}) }
RETURN count(*) AS plans, count(CASE WHEN p.state IN $states THEN p END) AS waiting
