// Whoever came in by this account, by a session or a token, is in no longer.
MATCH (entry:Session|Token)-[:OF_USER]->(:User {name: $name})
DETACH DELETE entry
