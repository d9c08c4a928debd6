// The oldest run that waits, or whose worker gave no sign of life, and that meets no scope of a run under way; the lock on
// the graph's own node lets one worker claim at a time.
MATCH (g:Graph {name: 'zhongfu'})
SET g.claims = coalesce(g.claims, 0) + 1
WITH g
MATCH (r:Run)
WHERE r.state = 'queued' OR (r.state = 'running' AND r.lease_until < datetime())
MATCH (s:Region {code: r.scope})
WHERE NOT EXISTS {
  MATCH (o:Run {state: 'running'})
  WHERE o.run <> r.run AND o.lease_until >= datetime()
  MATCH (t:Region {code: o.scope})
  WHERE EXISTS { (s)-[:PART_OF*0..4]->(t) } OR EXISTS { (t)-[:PART_OF*0..4]->(s) }
}
WITH r ORDER BY r.created_at, r.run LIMIT 1
SET r.state = 'running', r.claim = $claim, r.lease_until = datetime() + duration({seconds: $seconds}),
    r.attempts = r.attempts + 1, r.begun_at = coalesce(r.begun_at, datetime()), r.step = null, r.share = 0.0, r.stages = null,
    r.version = r.version + 1
RETURN r.run AS run
