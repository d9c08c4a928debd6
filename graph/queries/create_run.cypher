// A run that waits for a worker; saying it again changes nothing.
MERGE (r:Run {run: $run})
ON CREATE SET r += $facts, r.state = 'queued', r.share = 0.0, r.attempts = 0, r.actor = $actor, r.version = 1,
              r.created_at = datetime()
