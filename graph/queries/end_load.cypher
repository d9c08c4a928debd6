// The load is whole: readers may read again.
MATCH (g:Graph {name: 'zhongfu', loading: $load})
MATCH (l:Load {load: $load})
SET g.data_version = g.data_version + 1, g.loading = null,
    l.state = 'done', l.finished_at = $now, l.counts = $counts, l.version = l.version + 1
