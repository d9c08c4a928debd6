// Who covers these places at a revision, in order of place and worker, after one of them.
UNWIND $places AS place
MATCH (r:Region {code: place})<-[t:COVERS]-(w:Caseworker)
WHERE (place > $place OR w.caseworker > $key) AND t.since <= $revision AND (t.until IS NULL OR t.until > $revision)
RETURN place, w.caseworker AS key, r.level AS level, w.caseworker AS caseworker, t.minutes AS minutes, t.since AS since
ORDER BY place, key
LIMIT $limit
