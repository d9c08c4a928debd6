// The certificate of one plan, as JSON.
MATCH (p:Plan {id: $id})
RETURN p.certificate AS certificate
