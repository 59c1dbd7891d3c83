//! Defines the servers of an API.

use super::EnumValue;

/// A server (OpenAPI 3.0.4, Server Object).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// The name in generated code, in upper camel case.
    pub name: String,
    /// The URL of the server, which can contain variables in braces.
    pub url: String,
    /// The description.
    pub description: Option<String>,
    /// The variables of the URL, in the order of the URL.
    pub variables: Vec<ServerVariable>,
}

/// A variable of a server's URL (OpenAPI 3.0.4, Server Variable Object).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerVariable {
    /// The name in the URL.
    pub name: String,
    /// The name of the field and of its setter, in snake case.
    pub field: String,
    /// The default value.
    pub default: String,
    /// The valid values; empty if every value is valid.
    pub values: Vec<EnumValue>,
    /// The description.
    pub description: Option<String>,
}

impl Server {
    /// Returns the URL with each variable replaced by its default.
    #[must_use]
    pub fn default_url(&self) -> String {
        let variables = self.variables.iter();
        variables.fold(self.url.clone(), |url, variable| {
            url.replace(&format!("{{{}}}", variable.name), &variable.default)
        })
    }

    /// Returns whether the URL is absolute, or begins with a variable, so that a client can send requests to the
    /// server.
    #[must_use]
    pub fn is_absolute(&self) -> bool {
        self.url.contains("://") || self.url.starts_with('{')
    }
}
