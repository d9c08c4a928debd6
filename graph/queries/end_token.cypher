// A token that nobody may use any more.
MATCH (t:Token {token: $token})-[:OF_USER]->(:User {name: $name})
WITH t, t.token AS ended
DETACH DELETE t
RETURN ended
