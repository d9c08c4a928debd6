// The node that says of the graph which layout, revision and version of its data it holds.
MERGE (g:Graph {name: 'zhongfu'})
ON CREATE SET g.schema = $schema, g.revision = 0, g.data_version = 0
