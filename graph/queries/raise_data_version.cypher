// First statement of every transaction that changes data: it also holds back all other writers until it ends.
MATCH (g:Graph {name: 'zhongfu'})
SET g.data_version = g.data_version + 1
