// Someone signed out.
MATCH (s:Session {digest: $digest})
DETACH DELETE s
