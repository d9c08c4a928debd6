// Runs of this number, or the newest of all, or of those that are not over.
MATCH (r:Run)
WHERE ($run IS NULL OR r.run = $run) AND ($over OR r.state IN ['queued', 'running'])
OPTIONAL MATCH (s:Region {code: r.scope})
RETURN r {.run, .scope, .period, .on, .policy, .state, .actor, .step, .share, .attempts, .plan, .fault, .stages, .log, .version,
          cancelling: coalesce(r.cancelling, false), created_at: toString(r.created_at), begun_at: toString(r.begun_at),
          ended_at: toString(r.ended_at)} AS run, s.name AS scope_name
ORDER BY r.created_at DESC, r.run
LIMIT $most
