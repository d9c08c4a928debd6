// The newest revision at a moment; 0 before the first.
MATCH (p:Publication {state: 'published'})
WHERE p.at <= datetime($moment)
RETURN coalesce(max(p.revision), 0) AS revision
