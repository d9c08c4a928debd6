// Open rows that lie at no place, in order of key, after one of them.
MATCH (n:<label>)
WHERE n.<key> > $key AND NOT n:Closed AND NOT EXISTS { (n)-[:<type>]->() }
RETURN $place AS place, n.<key> AS key
ORDER BY key
LIMIT $limit
