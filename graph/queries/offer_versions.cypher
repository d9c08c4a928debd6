// The offers of an organisation with their versions, withdrawn ones too.
MATCH (:Organization {organization: $organization})-[:OFFERS]->(o:Offer)
RETURN o.offer AS offer, o.version AS version
