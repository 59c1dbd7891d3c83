//! Defines the servers of an API.

use super::EnumValue;

/// A server (OpenAPI 3.0.4, Server Object).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Name, in upper camel case.
    pub name: String,
    /// The URL of the server, which can contain variables in braces.
    pub url: String,
    /// Its description.
    pub description: Option<String>,
    /// The variables of the URL, in the order in which it has them.
    pub variables: Vec<ServerVariable>,
}

/// A variable of a server's URL (OpenAPI 3.0.4, Server Variable Object).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerVariable {
    /// Name in the URL.
    pub name: String,
    /// Name of the field and of its setter, in snake case.
    pub field: String,
    /// The default value.
    pub default: String,
    /// The only values that it may have; empty where it may have any.
    pub values: Vec<EnumValue>,
    /// Its description.
    pub description: Option<String>,
}

impl Server {
    /// Returns its URL with the default of each variable.
    #[must_use]
    pub fn default_url(&self) -> String {
        let variables = self.variables.iter();
        variables.fold(self.url.clone(), |url, variable| {
            url.replace(&format!("{{{}}}", variable.name), &variable.default)
        })
    }

    /// Returns whether a client can send requests to it, because its URL is absolute.
    #[must_use]
    pub fn is_absolute(&self) -> bool {
        self.url.contains("://") || self.url.starts_with('{')
    }
}
