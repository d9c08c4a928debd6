// What an offer is given to at a revision: needs and units by place, kind and urgency.
MATCH (:Offer {offer: $offer})<-[a:ASSIGNED]-(n:Need)<-[:HAS_NEED]-(h:Household)
WHERE a.since <= $revision AND (a.until IS NULL OR a.until > $revision)
MATCH (n)-[:OF_KIND]->(k:ServiceKind)
OPTIONAL MATCH (n)-[:HAPPENED_IN]->(incident:Region)
OPTIONAL MATCH (h)-[:LIVES_IN]->(home:Region)
RETURN coalesce(incident.code, home.code) AS place, k.kind AS kind,
       coalesce(n.urgency, CASE WHEN coalesce(h.alert, 'none') = 'none' THEN 'green' ELSE h.alert END) AS urgency,
       count(*) AS needs, sum(a.quantity) AS units
