// The first load says which key seals what the graph holds.
MATCH (g:Graph {name: 'zhongfu'})
WHERE g.key IS NULL
SET g.key = $key
