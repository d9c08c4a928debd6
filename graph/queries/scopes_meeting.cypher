// Which of these scopes lie inside a region, or have it inside them.
MATCH (region:Region {code: $region})
MATCH (scope:Region) WHERE scope.code IN $scopes
  AND (EXISTS { (scope)-[:PART_OF*0..4]->(region) } OR EXISTS { (region)-[:PART_OF*0..4]->(scope) })
RETURN scope.code AS scope
