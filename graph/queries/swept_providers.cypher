// Providers with relationships that a publication which never took effect had begun or ended.
MATCH ()<tail>[t:<type>]<head>(p:<target>)
WHERE t.since = $revision OR t.until = $revision
RETURN DISTINCT p.<target_key> AS key
