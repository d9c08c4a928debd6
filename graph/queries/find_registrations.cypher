// Registrations of this number, or all of them, those that wait first, then the newest; with the organisation that has the code already.
MATCH (r:Registration)
WHERE $registration IS NULL OR r.registration = $registration
OPTIONAL MATCH (place:Region {code: r.region})
OPTIONAL MATCH (o:Organization {credit_code: r.credit_code})
WHERE NOT o:Closed
WITH r, place, min(o.organization) AS known
RETURN r {.registration, .name, .type, .credit_code, .region, .user, .state, .reason, .organization, .version, .decided_by,
          created_at: toString(r.created_at), decided_at: toString(r.decided_at)} AS registration,
       place.name AS region_name, known
ORDER BY r.state <> 'waiting', r.created_at DESC, r.registration
