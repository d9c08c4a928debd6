// Properties of all nodes of a label that are not closed, column by column; days and moments as numbers since 1970.
MATCH (n:<label>)
WHERE NOT n:Closed
WITH collect(n) AS nodes
RETURN
  [n IN nodes | n.<key>] AS key,
  [name IN $plain | [n IN nodes | n[name]]] AS plain,
  [name IN $days | [n IN nodes | duration.inDays(date('1970-01-01'), n[name]).days]] AS days,
  [name IN $moments | [n IN nodes | n[name].epochSeconds * 1000000 + n[name].microsecond]] AS moments
