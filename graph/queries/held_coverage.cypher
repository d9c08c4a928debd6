// Who covers these places as of a revision.
UNWIND $places AS code
MATCH (r:Region {code: code})<-[t:COVERS]-(p:Caseworker)
WHERE t.since <= $revision AND (t.until IS NULL OR t.until > $revision)
RETURN collect(r.code) AS subject, collect(p.caseworker) AS provider, collect(t.minutes) AS minutes
