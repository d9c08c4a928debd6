// Roads with their minutes.
UNWIND $rows AS row
MATCH (a:Region {code: row.`from`})
MATCH (b:Region {code: row.`to`})
MERGE (a)-[r:ROAD]->(b)
SET r.minutes = row.minutes, r.actor = $actor
