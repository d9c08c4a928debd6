// Someone signed in; only the digest of what the browser holds is kept. Sessions that are over go away.
MATCH (u:User {name: $name})
MERGE (s:Session {digest: $digest})
ON CREATE SET s.actor = $name, s.version = 1, s.began = datetime()
SET s.expires_at = datetime() + duration({seconds: $seconds})
MERGE (s)-[:OF_USER]->(u)
WITH u
MATCH (old:Session)-[:OF_USER]->(u)
WHERE old.expires_at < datetime()
DETACH DELETE old
