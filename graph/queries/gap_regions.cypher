// The scope and everything inside it, in order of code.
MATCH (:Region {code: $scope})<-[:PART_OF*0..4]-(r:Region)
OPTIONAL MATCH (r)-[:PART_OF]->(parent:Region)
RETURN r.code AS code, r.name AS name, r.level AS level, coalesce(parent.code, '') AS parent,
       r.lon AS lon, r.lat AS lat
ORDER BY code
