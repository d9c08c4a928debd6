// Units of these offers that are assigned at a revision, anywhere.
UNWIND $offers AS key
MATCH (o:Offer {offer: key})<-[a:ASSIGNED]-()
WHERE a.since <= $revision AND (a.until IS NULL OR a.until > $revision)
RETURN key AS offer, sum(a.quantity) AS used
