// Households that live in no village here.
MATCH (h:Household)
WHERE NOT h:Closed AND NOT EXISTS { (h)-[:LIVES_IN]->() }
RETURN h.household AS household
