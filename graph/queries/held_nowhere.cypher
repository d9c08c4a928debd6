// Who is responsible, as of a revision, for households that live nowhere here any more, and where that worker is stationed.
MATCH (h:Household)
WHERE NOT EXISTS { (h)-[:LIVES_IN]->() }
MATCH (h)<-[t:RESPONSIBLE_FOR]-(p:Caseworker)-[:STATIONED_AT]->(station:Region)
WHERE t.since <= $revision AND (t.until IS NULL OR t.until > $revision)
RETURN h.household AS subject, p.caseworker AS provider, station.code AS station
