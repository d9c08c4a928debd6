// A sign of life of the worker that holds a run, with how far it is; nothing comes back when it holds it no longer.
MATCH (r:Run {run: $run, claim: $claim, state: 'running'})
SET r.lease_until = datetime() + duration({seconds: $seconds}), r.step = $step, r.share = $share,
    r.stages = $stages, r.log = $log
RETURN coalesce(r.cancelling, false) AS cancelling
