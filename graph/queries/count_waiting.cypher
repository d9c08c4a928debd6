// How many other registrations wait, and how many of them are of this credit code, or were sent from this place.
MATCH (r:Registration {state: 'waiting'})
WHERE r.registration <> $registration
RETURN count(*) AS many, count(CASE WHEN r.credit_code = $credit_code THEN r END) AS same,
       count(CASE WHEN r.source = $source THEN r END) AS near
