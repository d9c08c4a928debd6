// Whose session or token this is, while it lasts and the account is in use.
MATCH (s:<label> {digest: $digest})-[:OF_USER]->(u:User {state: 'active'})
WHERE s.expires_at > datetime()
RETURN u {.name, .role, .region, .organization, .version} AS user, s.writes AS writes
