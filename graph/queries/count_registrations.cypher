// How many registrations of organisations seated in a region wait for its coordinators: those whose credit code is that of an
// organisation seated elsewhere are for coordinators of a wider region.
MATCH (r:Registration {state: 'waiting'})
WHERE $region IS NULL OR (
  EXISTS { (:Region {code: r.region})-[:PART_OF*0..6]->(:Region {code: $region}) }
  AND NOT EXISTS {
    MATCH (o:Organization {credit_code: r.credit_code})
    WHERE NOT o:Closed AND NOT EXISTS { (o)-[:SEATED_IN]->(:Region)-[:PART_OF*0..6]->(:Region {code: $region}) }
  })
RETURN count(*) AS waiting
