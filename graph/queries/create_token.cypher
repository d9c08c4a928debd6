// A token of an account for programs; only its digest is kept.
MATCH (u:User {name: $name})
MERGE (t:Token {digest: $digest})
ON CREATE SET t.token = $token, t.label = $label, t.writes = $writes, t.actor = $name, t.version = 1, t.began = datetime(),
              t.expires_at = datetime() + duration({days: $days})
MERGE (t)-[:OF_USER]->(u)
RETURN t {.token, .label, .writes, began: toString(t.began), expires_at: toString(t.expires_at)} AS token
