// A registration that waits for a decision, with the account that it brings; a repetition of this very statement changes nothing.
MERGE (r:Registration {registration: $registration})
ON CREATE SET r += $facts, r.user = $user, r.state = 'waiting', r.version = 1, r.created_at = datetime()
