// Keys of the open rows that lie in a region.
MATCH (:Region {code: $region})<-[:PART_OF*0..6]-(:Region)<-[:<type>]-(n:<label>)
WHERE NOT n:Closed
RETURN collect(n.<key>) AS key
