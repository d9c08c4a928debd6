// Households that live in no village here.
MATCH (h:Household)
WHERE h.closed_on IS NULL AND NOT EXISTS { (h)-[:LIVES_IN]->() }
RETURN h.household AS household
