// Who is responsible for these households at a revision.
UNWIND $households AS household
MATCH (:Household {household: household})<-[t:RESPONSIBLE_FOR]-(w:Caseworker)
WHERE t.since <= $revision AND (t.until IS NULL OR t.until > $revision)
RETURN household, w.caseworker AS caseworker
