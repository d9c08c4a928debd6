// Runs of this number, or the newest whose scope lies in a region, or of those that are not over; after one of them.
MATCH (r:Run)
WHERE ($run IS NULL OR r.run = $run) AND ($over OR r.state IN ['queued', 'running'])
  AND ($region IS NULL OR EXISTS { (:Region {code: r.scope})-[:PART_OF*0..6]->(:Region {code: $region}) })
  AND ($before IS NULL OR r.created_at < datetime($before) OR (r.created_at = datetime($before) AND r.run > $key))
OPTIONAL MATCH (s:Region {code: r.scope})
RETURN r {.run, .scope, .period, .on, .policy, .state, .actor, .step, .share, .attempts, .plan, .fault, .stages, .log, .version,
          cancelling: coalesce(r.cancelling, false), created_at: toString(r.created_at), begun_at: toString(r.begun_at),
          ended_at: toString(r.ended_at)} AS run, s.name AS scope_name
ORDER BY r.created_at DESC, r.run
LIMIT $most
