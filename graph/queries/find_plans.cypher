// Plans whose id begins so and whose scope lies in a region, in some states where these are named, the newest first, after one of
// them; without the certificate, which is long.
MATCH (p:Plan)
WHERE p.id STARTS WITH $prefix AND ($states IS NULL OR p.state IN $states)
  AND ($region IS NULL OR EXISTS { (:Region {code: p.scope})-[:PART_OF*0..6]->(:Region {code: $region}) })
  AND ($before IS NULL OR p.created_at < datetime($before) OR (p.created_at = datetime($before) AND p.id > $key))
OPTIONAL MATCH (s:Region {code: p.scope})
RETURN p {.*, certificate: null, created_at: toString(p.created_at), decided_at: toString(p.decided_at)} AS plan, s.name AS scope_name
ORDER BY p.created_at DESC, p.id
LIMIT $most
