// The scope and every place inside it.
MATCH (:Region {code: $scope})<-[:PART_OF*0..4]-(r:Region)
RETURN r.code AS place
ORDER BY place
