// A token of an account for programs that is as it was when its session was looked at, unless it has one of this name from another
// secret; only the digest of the secret is kept.
MATCH (u:User {name: $name})
SET u.trying = true // holds back a change of the account, and the same form sent twice, before anything is read
REMOVE u.trying
WITH u
WHERE u.version = $version AND u.state = 'active'
WITH u, [(t:Token {token: $token})-[:OF_USER]->(u) WHERE t.digest <> $digest | t] AS before
FOREACH (_ IN CASE WHEN before = [] THEN [1] ELSE [] END |
  MERGE (t:Token {digest: $digest})
  ON CREATE SET t.token = $token, t.label = $label, t.writes = $writes, t.actor = $name, t.version = 1, t.began = datetime(),
                t.expires_at = datetime() + duration({days: $days})
  MERGE (t)-[:OF_USER]->(u))
WITH u, before
MATCH (t:Token {token: $token})-[:OF_USER]->(u)
RETURN t {.token, .label, .writes, began: toString(t.began), expires_at: toString(t.expires_at)} AS token, before = [] AS made
