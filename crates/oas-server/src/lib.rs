//! Runtime of generated OpenAPI servers: routing, credentials, request validation, error rendering.
