// The fingerprint of the key that sealed what the graph holds; null where nothing was loaded yet.
MATCH (g:Graph {name: 'zhongfu'})
RETURN g.key AS key
