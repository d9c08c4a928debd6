// Roads from these places.
UNWIND $keys AS key
MATCH (a:Region {code: key})-[r:ROAD]->(b:Region)
RETURN collect(a.code) AS `from`, collect(b.code) AS `to`, collect(r.minutes) AS minutes
