// Who is responsible, as of a revision, for the households of these places.
UNWIND $places AS code
MATCH (:Region {code: code})<-[:LIVES_IN]-(h:Household)<-[t:RESPONSIBLE_FOR]-(p:Caseworker)
WHERE t.since <= $revision AND (t.until IS NULL OR t.until > $revision)
RETURN collect(h.household) AS subject, collect(p.caseworker) AS provider
