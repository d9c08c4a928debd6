// What the graph says of itself; no row where nothing was ever prepared.
MATCH (g:Graph {name: 'zhongfu'})
RETURN g.schema AS schema, g.revision AS revision, g.data_version AS data_version,
       coalesce(g.regions_version, 0) AS regions_version, g.loading AS loading
