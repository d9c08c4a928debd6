// Every region with its parent, in order of code.
MATCH (r:Region)
OPTIONAL MATCH (r)-[:PART_OF]->(parent:Region)
RETURN r.code AS code, r.name AS name, r.level AS level, parent.code AS parent, r.lon AS lon, r.lat AS lat, r.population AS population
ORDER BY code
