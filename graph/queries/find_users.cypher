// Accounts of this name, or all of them, in order; passwords stay here.
MATCH (u:User)
WHERE $name IS NULL OR u.name = $name
OPTIONAL MATCH (r:Region {code: u.region})
OPTIONAL MATCH (o:Organization {organization: u.organization})
OPTIONAL MATCH (o)-[:SEATED_IN]->(seat:Region)
RETURN u {.name, .role, .region, .organization, .state, .version, .actor, created_at: toString(u.created_at)} AS user,
       r.name AS region_name, o.name AS organization_name, seat.code AS seat
ORDER BY u.name
