// Needs that these offers are assigned to at a revision, anywhere, and units.
UNWIND $offers AS key
MATCH (o:Offer {offer: key})<-[a:ASSIGNED]-()
WHERE a.since <= $revision AND (a.until IS NULL OR a.until > $revision)
RETURN key AS offer, count(*) AS needs, sum(a.quantity) AS used
