// Hold back everyone else who changes the graph's state, and read it.
MATCH (g:Graph {name: 'zhongfu'})
SET g.revision = g.revision
RETURN g.revision AS revision, g.data_version AS data_version
