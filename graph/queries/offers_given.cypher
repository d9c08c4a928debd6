// What these offers are given to at a revision, by place: the place and all that it is part of, which of these are no villages,
// needs and units.
UNWIND $offers AS key
MATCH (:Offer {offer: key})<-[a:ASSIGNED]-(n:Need)<-[:HAS_NEED]-(h:Household)
WHERE a.since <= $revision AND (a.until IS NULL OR a.until > $revision)
OPTIONAL MATCH (n)-[:HAPPENED_IN]->(incident:Region)
OPTIONAL MATCH (h)-[:LIVES_IN]->(home:Region)
WITH key, coalesce(incident, home) AS place, count(*) AS needs, sum(a.quantity) AS units
WITH key, needs, units, [(place)-[:PART_OF*0..6]->(r:Region) | r] AS line
RETURN key AS offer, [r IN line | r.code] AS line, [r IN line WHERE r.level <> 'village' | r.code] AS wide, needs, units
