// Forget a publication of which nothing is left.
MATCH (p:Publication {revision: $revision, token: $token, state: 'writing'})
DELETE p
