// A sign of life of whoever works on a request.
MATCH (a:Answer {key: $key, claim: $claim})
SET a.lease_until = datetime() + duration({seconds: $seconds})
