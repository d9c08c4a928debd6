// Where emergencies happened.
MATCH (i:Region)<-[:HAPPENED_IN]-(n:Need)
WHERE coalesce(n.status, 'open') <> 'closed'
RETURN collect(n.need) AS need, collect(i.code) AS incident_place
