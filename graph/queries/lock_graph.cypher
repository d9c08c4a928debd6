// Hold back everyone else who changes the graph's state, its data or who may enter, and read the state.
MATCH (g:Graph {name: 'zhongfu'})
SET g.revision = g.revision
RETURN g.revision AS revision, g.data_version AS data_version
