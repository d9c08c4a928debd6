// A run goes back into the line since its worker is told to stop: it is none of those that a worker died of.
MATCH (r:Run {run: $run, claim: $claim, state: 'running'})
SET r.state = 'queued', r.claim = null, r.lease_until = null, r.attempts = r.attempts - 1, r.step = null, r.share = 0.0,
    r.version = r.version + 1
