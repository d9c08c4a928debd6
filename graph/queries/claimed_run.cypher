// The run that a claim got, where the reply was lost.
MATCH (r:Run {claim: $claim})
RETURN r.run AS run
