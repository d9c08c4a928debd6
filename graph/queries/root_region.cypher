// The region that is part of no other.
MATCH (r:Region)
WHERE NOT EXISTS { (r)-[:PART_OF]->() }
RETURN r.code AS code
