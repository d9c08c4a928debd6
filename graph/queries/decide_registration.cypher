// Decide a registration that waits; the mark tells a repetition of this very statement. Its account may enter from now on, or never.
MATCH (r:Registration {registration: $registration})
WHERE r.state = 'waiting' OR r.mark = $mark
SET r.state = $state, r.reason = $reason, r.organization = $organization, r.mark = $mark, r.version = 2, r.decided_by = $actor,
    r.decided_at = datetime()
FOREACH (name IN [r.user] |
  MERGE (u:User {name: name})
  SET u.state = $user_state, u.organization = $organization, u.version = u.version + 1, u.actor = $actor)
RETURN r.registration AS registration
