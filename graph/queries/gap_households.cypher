// Households at these places that need a responsible worker, and who has one at a revision, by cell and alert.
UNWIND $places AS place
MATCH (:Region {code: place[0]})<-[:LIVES_IN]-(h:Household)
WHERE h.closed_on IS NULL AND EXISTS {
  MATCH (h)<-[:MEMBER_OF]-(p:Person)
  WHERE p.closed_on IS NULL AND coalesce(p.living, 'home') = 'home'
}
CALL (h) {
  OPTIONAL MATCH (h)<-[t:RESPONSIBLE_FOR]-(w:Caseworker)
  WHERE t.since <= $revision AND (t.until IS NULL OR t.until > $revision)
  RETURN max(CASE WHEN w IS NULL THEN 0 WHEN coalesce(w.type, 'shuangbai') = 'shuangbai' THEN 2 ELSE 1 END) AS worker
}
RETURN place[1] AS cell, coalesce(h.alert, 'none') AS alert, count(*) AS needing,
       sum(CASE worker WHEN 2 THEN 1 ELSE 0 END) AS cared_for, sum(CASE worker WHEN 1 THEN 1 ELSE 0 END) AS helped
