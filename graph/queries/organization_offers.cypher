// Keys of the offers of an organisation that are not closed, in order.
MATCH (:Organization {organization: $organization})-[:OFFERS]->(o:Offer)
WHERE NOT o:Closed
WITH o.offer AS offer
ORDER BY offer
RETURN collect(offer) AS key
