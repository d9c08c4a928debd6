// Open rows that lie at these places, in order of place and key, after one of them.
UNWIND $places AS place
MATCH (:Region {code: place})<-[:<type>]-(n:<label>)
WHERE NOT n:Closed AND (place > $place OR n.<key> > $key)
RETURN place, n.<key> AS key
ORDER BY place, key
LIMIT $limit
