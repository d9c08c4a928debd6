// How many other registrations wait, and how many of them are of this credit code.
MATCH (r:Registration {state: 'waiting'})
WHERE r.registration <> $registration
RETURN count(*) AS many, count(CASE WHEN r.credit_code = $credit_code THEN r END) AS same
