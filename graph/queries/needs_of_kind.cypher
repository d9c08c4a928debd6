// Needs of a kind or a narrower one at these places, beginning at the kinds: for wide areas. A part of another statement.
MATCH (:ServiceKind {kind: $kind})<-[:BROADER*0..]-(k:ServiceKind)
WITH DISTINCT k
MATCH (k)<-[:OF_KIND]-(n:Need)<-[:HAS_NEED]-(h:Household)
OPTIONAL MATCH (n)-[:HAPPENED_IN]->(incident:Region)
OPTIONAL MATCH (h)-[:LIVES_IN]->(home:Region)
WITH k, n, h, coalesce(incident.code, home.code) AS place
WHERE place IN $places
WITH k, n, h, place
