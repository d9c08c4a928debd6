// Accounts of this name, or those that work in a region, in order, after one of them; passwords stay here.
MATCH (u:User)
WHERE ($name IS NULL OR u.name = $name) AND u.name > $key
OPTIONAL MATCH (r:Region {code: u.region})
OPTIONAL MATCH (o:Organization {organization: u.organization})
OPTIONAL MATCH (o)-[:SEATED_IN]->(seat:Region)
WITH u, r, o, seat, CASE WHEN u.organization IS NULL THEN r ELSE seat END AS place
WHERE $region IS NULL OR EXISTS { (place)-[:PART_OF*0..6]->(:Region {code: $region}) }
RETURN u {.name, .role, .region, .organization, .state, .version, .actor, created_at: toString(u.created_at)} AS user,
       r.name AS region_name, o.name AS organization_name, seat.code AS seat
ORDER BY u.name
LIMIT $most
