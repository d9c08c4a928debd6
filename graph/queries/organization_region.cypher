// Where an organisation has its seat; no row where there is no such organisation.
MATCH (o:Organization {organization: $key})
WHERE NOT o:Closed
OPTIONAL MATCH (o)-[:SEATED_IN]->(r:Region)
RETURN r.code AS region
