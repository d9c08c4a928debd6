// Claim an idempotency key for a request: one that is new, was given up, was left by whoever died, or is old. The first line that
// writes takes the lock, so that of two who claim at once the second sees the first. The same request within its day keeps the
// mark of the first, which may have made something before it failed; any other has a new one.
MERGE (a:Answer {key: $key})
SET a.version = coalesce(a.version, 0) + 1
WITH a, a.claim IS NULL OR a.expires_at < datetime() OR (a.status IS NULL AND a.lease_until < datetime()) AS free
FOREACH (_ IN CASE WHEN free THEN [1] ELSE [] END |
  SET a.mark = CASE WHEN a.request = $request AND a.expires_at >= datetime() THEN coalesce(a.mark, $claim) ELSE $claim END,
      a.claim = $claim, a.request = $request, a.actor = $actor, a.status = null, a.body = null, a.headers = null,
      a.lease_until = datetime() + duration({seconds: $seconds}), a.expires_at = datetime() + duration({hours: $hours}))
RETURN a.claim = $claim AS mine, a.request = $request AS same, a.mark AS mark, a.status AS status, a.body AS body, a.headers AS headers
