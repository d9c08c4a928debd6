// A request failed: whoever sends it again makes it anew, and finds what the first made of it, if anything, by its mark.
MATCH (a:Answer {key: $key, claim: $claim})
WHERE a.status IS NULL
SET a.claim = null, a.version = a.version + 1
