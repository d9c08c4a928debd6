// Roads with both ends in a region.
MATCH (:Region {code: $region})<-[:PART_OF*0..6]-(place:Region)
WITH collect(place) AS places
UNWIND places AS a
MATCH (a)-[:ROAD]->(b:Region)
WHERE b IN places
RETURN collect(a.code) AS `from`, collect(b.code) AS `to`
