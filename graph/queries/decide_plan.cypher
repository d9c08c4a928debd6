// Approve or reject a plan that waits for it; raising the version first holds back everyone else who decides.
MATCH (p:Plan {id: $id})
SET p.version = p.version + 1
WITH p
WHERE p.state IN $from
SET p.state = $state, p.decided_by = $actor, p.decided_at = datetime(), p.decision = $reason
RETURN p.state AS state
