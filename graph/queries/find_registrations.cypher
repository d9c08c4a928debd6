// Registrations of this number, or of organisations seated in a region, those that wait first, then the newest, after one of them;
// with the organisations that have the code already: one, but for graphs where two were given it. What stands beside a registration
// is looked up for those alone that are told.
MATCH (r:Registration)
WITH r, CASE r.state WHEN 'waiting' THEN 0 ELSE 1 END AS part
WHERE ($registration IS NULL OR r.registration = $registration)
  AND ($region IS NULL OR EXISTS { (:Region {code: r.region})-[:PART_OF*0..6]->(:Region {code: $region}) })
  AND ($before IS NULL OR part > $part OR (part = $part AND
       (r.created_at < datetime($before) OR (r.created_at = datetime($before) AND r.registration > $key))))
WITH r
ORDER BY r.state <> 'waiting', r.created_at DESC, r.registration
LIMIT $most
OPTIONAL MATCH (place:Region {code: r.region})
OPTIONAL MATCH (o:Organization {credit_code: r.credit_code})
WHERE NOT o:Closed
WITH r, place, o
ORDER BY o.organization
WITH r, place, collect(o.organization) AS holders
RETURN r {.registration, .name, .type, .credit_code, .region, .user, .state, .reason, .organization, .version, .decided_by,
          created_at: toString(r.created_at), decided_at: toString(r.decided_at)} AS registration,
       place.name AS region_name, holders
ORDER BY r.state <> 'waiting', r.created_at DESC, r.registration
