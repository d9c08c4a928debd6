// Revisions with their time, actor and cause, of plans whose scope lies in a region, the newest first, after one of them.
MATCH (p:Publication {state: 'published'})
WHERE ($region IS NULL OR EXISTS { (:Region {code: p.scope})-[:PART_OF*0..6]->(:Region {code: $region}) })
  AND ($before IS NULL OR p.revision < toInteger($before))
RETURN p.revision AS revision, p.plan AS plan, p.scope AS scope, p.actor AS actor, p.cause AS cause, toString(p.at) AS at
ORDER BY revision DESC
LIMIT $most
