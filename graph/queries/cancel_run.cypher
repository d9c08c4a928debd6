// Cancel a run: one that waits at once, one under way when its worker hears of it.
MATCH (r:Run {run: $run})
WHERE r.state IN ['queued', 'running']
SET r.cancelling = true, r.cancelled_by = $actor, r.version = r.version + 1,
    r.ended_at = CASE r.state WHEN 'queued' THEN datetime() ELSE r.ended_at END,
    r.state = CASE r.state WHEN 'queued' THEN 'cancelled' ELSE r.state END
RETURN r.state AS state
