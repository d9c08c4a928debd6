// Who is responsible at a revision for the households of these villages.
UNWIND $villages AS code
MATCH (:Region {code: code})<-[:LIVES_IN]-(h:Household)<-[r:RESPONSIBLE_FOR]-(w:Caseworker)
WHERE r.since <= $revision AND (r.until IS NULL OR r.until > $revision)
RETURN collect(h.household) AS household, collect(w.caseworker) AS caseworker
