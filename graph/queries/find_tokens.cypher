// Tokens of an account, the newest first, after one of them.
MATCH (t:Token)-[:OF_USER]->(:User {name: $name})
WHERE $before IS NULL OR t.began < datetime($before) OR (t.began = datetime($before) AND t.token > $key)
RETURN t {.token, .label, .writes, began: toString(t.began), expires_at: toString(t.expires_at)} AS token
ORDER BY t.began DESC, t.token
LIMIT $most
