//! Runtime of generated OpenAPI clients: credentials, typed errors, bounded bodies, hooks, retries.
