// A new account; the mark tells a repetition of this very statement from an account that was there before.
MERGE (u:User {name: $name})
ON CREATE SET u += $user, u.mark = $mark, u.failures = 0, u.version = 1, u.actor = $actor, u.created_at = datetime()
RETURN u.mark = $mark AS created
