// Whoever is signed in by this account is so no longer.
MATCH (s:Session)-[:OF_USER]->(:User {name: $name})
DETACH DELETE s
