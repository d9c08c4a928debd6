// Tokens of an account, the newest first.
MATCH (t:Token)-[:OF_USER]->(:User {name: $name})
RETURN t {.token, .label, .writes, began: toString(t.began), expires_at: toString(t.expires_at)} AS token
ORDER BY t.began DESC
