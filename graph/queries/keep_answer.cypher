// Keep the answer to a request.
MATCH (a:Answer {key: $key, claim: $claim})
SET a.status = $status, a.body = $body, a.headers = $headers, a.version = a.version + 1
