// First statement of every transaction that changes regions: as `raise_data_version`, and whoever keeps the tree reads it anew.
MATCH (g:Graph {name: 'zhongfu'})
SET g.data_version = g.data_version + 1, g.regions_version = coalesce(g.regions_version, 0) + 1
