// The organisations that have a credit code and are not closed.
MATCH (o:Organization {credit_code: $credit_code})
WHERE NOT o:Closed
RETURN o.organization AS organization
ORDER BY organization
