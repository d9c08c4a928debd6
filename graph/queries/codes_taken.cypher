// A credit code of these that an organisation has which is not closed and not among these organisations.
MATCH (o:Organization)
WHERE NOT o:Closed AND o.credit_code IN $codes AND NOT o.organization IN $organizations
RETURN o.credit_code AS credit_code
ORDER BY credit_code
LIMIT 1
