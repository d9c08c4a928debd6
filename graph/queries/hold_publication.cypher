// Last statement of every batch of a publication: whoever takes it over waits for the batch, or the batch finds it gone.
MATCH (p:Publication {revision: $revision})
SET p.beat = datetime()
WITH p
WHERE p.token = $token AND p.state = 'writing'
RETURN p.revision AS revision
