// Places with the Double Hundred workers stationed there, and who covers them: 2 such a worker, 1 another, 0 nobody.
UNWIND $places AS place
MATCH (r:Region {code: place[0]})
CALL (r) {
  OPTIONAL MATCH (r)<-[t:COVERS]-(w:Caseworker)
  WHERE t.since <= $revision AND (t.until IS NULL OR t.until > $revision)
  RETURN max(CASE WHEN w IS NULL THEN 0 WHEN coalesce(w.type, 'shuangbai') = 'shuangbai' THEN 2 ELSE 1 END) AS covered
}
CALL (r) {
  OPTIONAL MATCH (r)<-[:STATIONED_AT]-(w:Caseworker)
  WHERE w.closed_on IS NULL AND coalesce(w.type, 'shuangbai') = 'shuangbai'
  RETURN count(w) AS stationed
}
RETURN place[0] AS code, place[1] AS cell, covered, stationed
