// Decide a registration that waits, while the graph is locked; the mark tells a repetition of this very statement. Its account
// may enter from now on; the name of one that is refused is free again. Where it was sent from is forgotten.
MATCH (r:Registration {registration: $registration})
WHERE r.state = 'waiting' OR r.mark = $mark
SET r.state = $state, r.reason = $reason, r.organization = $organization, r.mark = $mark, r.version = 2, r.decided_by = $actor,
    r.decided_at = datetime(), r.source = null
WITH r
OPTIONAL MATCH (u:User {name: r.user, state: 'waiting'})
FOREACH (account IN CASE WHEN u IS NOT NULL AND $state = 'approved' THEN [u] ELSE [] END |
  SET account.state = 'active', account.organization = $organization, account.version = account.version + 1,
      account.actor = $actor)
FOREACH (account IN CASE WHEN u IS NOT NULL AND $state = 'refused' THEN [u] ELSE [] END | DETACH DELETE account)
RETURN r.credit_code AS credit_code
