// Take roads away.
UNWIND $pairs AS pair
MATCH (:Region {code: pair[0]})-[r:ROAD]->(:Region {code: pair[1]})
DELETE r
