// Nothing came of a request: whoever sends it again makes it anew.
MATCH (a:Answer {key: $key, claim: $claim})
WHERE a.status IS NULL
SET a.claim = null, a.request = null, a.version = a.version + 1
