// What became of a run, said by the worker that holds it; once is enough.
MATCH (r:Run {run: $run, claim: $claim})
WHERE r.state = 'running'
SET r.state = $state, r.plan = $plan, r.fault = $fault, r.stages = coalesce($stages, r.stages), r.log = coalesce($log, r.log), r.ended_at = datetime(), r.version = r.version + 1
RETURN r.state AS state
