//! Builds the HTTP client: TLS, proxies, redirects, content codings.

use reqwest::{Url, redirect};

use crate::config::{BuildError, Config};

/// Builds the client of a server at `base`.
pub(crate) fn http_client(base: &Url, config: &Config) -> Result<reqwest::Client, BuildError> {
    if base.scheme() == "https" && cfg!(not(feature = "__tls")) {
        let why =
            "https needs the feature `rustls` or `native-tls`, or an HTTP client that can do it";
        return Err(BuildError::BaseUrl(why.to_owned()));
    }
    let mut builder = reqwest::Client::builder()
        .connect_timeout(config.connect_timeout)
        .redirect(redirects(base.clone(), config.max_redirects));
    // Other crates of the program can switch features of reqwest on, and that changes nothing here.
    builder = builder.no_deflate().no_zstd();
    #[cfg(not(feature = "brotli"))]
    {
        builder = builder.no_brotli();
    }
    #[cfg(not(feature = "gzip"))]
    {
        builder = builder.no_gzip();
    }
    if !config.environment_proxy {
        builder = builder.no_proxy();
    }
    if let Some(proxy) = &config.proxy {
        builder = builder.proxy(proxy.clone());
    }
    #[cfg(feature = "__tls")]
    {
        let certificates = config.root_certificates.clone();
        // Reading the system's certificates takes time, and fails where there are none.
        let plain = base.scheme() == "http"
            && config.proxy.is_none()
            && !(config.environment_proxy && environment_has_secure_proxy());
        builder = if plain {
            builder.tls_certs_only(certificates)
        } else {
            builder.tls_certs_merge(certificates)
        };
        if let Some(identity) = &config.identity {
            builder = with_backend(builder).identity(identity.clone());
        }
    }
    builder
        .build()
        .map_err(|error| BuildError::Http(Box::new(error.without_url())))
}

/// Returns whether the environment names a proxy for requests without TLS that is itself reached by TLS.
#[cfg(feature = "__tls")]
fn environment_has_secure_proxy() -> bool {
    let names = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
    let mut proxies = names
        .into_iter()
        .filter_map(|name| std::env::var(name).ok());
    proxies.any(|url| url.trim_start().to_ascii_lowercase().starts_with("https:"))
}

/// Chooses the backend that a client certificate was read for: another crate of the program can have switched the other one on.
#[cfg(feature = "__tls")]
fn with_backend(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    #[cfg(feature = "rustls")]
    return builder.tls_backend_rustls();
    #[cfg(not(feature = "rustls"))]
    return builder.tls_backend_native();
}

/// Redirects within the server's own origin (RFC 6454 §4), up to a number; all others are handed to the caller.
fn redirects(base: Url, most: usize) -> redirect::Policy {
    if most == 0 {
        return redirect::Policy::none();
    }
    redirect::Policy::custom(move |attempt| {
        if attempt.url().origin() == base.origin() && attempt.previous().len() <= most {
            attempt.follow()
        } else {
            attempt.stop()
        }
    })
}
