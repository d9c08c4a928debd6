// Someone signed in to an account that is as it was when the password was looked at; only the digest of what the browser holds is
// kept. Sessions that are over go away.
MATCH (u:User {name: $name})
SET u.trying = true // holds back a change of the account before anything is read
REMOVE u.trying
WITH u
WHERE u.version = $version AND u.state = $state
MERGE (s:Session {digest: $digest})
ON CREATE SET s.actor = $name, s.version = 1, s.began = datetime()
SET s.expires_at = datetime() + duration({seconds: $seconds})
MERGE (s)-[:OF_USER]->(u)
WITH u
OPTIONAL MATCH (old:Session)-[:OF_USER]->(u)
WHERE old.expires_at < datetime()
DETACH DELETE old
RETURN DISTINCT u.name AS name
