//! Resolves the links of a site.

use std::collections::{HashMap, HashSet};

use oas_docs::Site;

/// Returns the values of an attribute, with character references decoded.
pub(crate) fn attributes<'t>(html: &'t str, name: &str) -> impl Iterator<Item = String> + use<'t> {
    let start = format!(" {name}=\"");
    let parts: Vec<&str> = html.split(&*start).skip(1).collect();
    let values = parts.into_iter().filter_map(|part| part.split('"').next());
    values.map(|value| {
        value
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
    })
}

/// Returns the dead links of a site: each page with the target that does not exist.
pub(crate) fn dead(site: &Site) -> Vec<String> {
    let ids: HashMap<&str, HashSet<String>> = site
        .files()
        .map(|file| (&*file.path, attributes(&file.text, "id").collect()))
        .collect();
    let mut dead = Vec::new();
    for file in site.files().filter(|file| file.path.ends_with(".html")) {
        for target in attributes(&file.text, "href").chain(attributes(&file.text, "src")) {
            let is_elsewhere = ["http:", "https:", "mailto:"]
                .iter()
                .any(|scheme| target.starts_with(scheme));
            if is_elsewhere {
                continue;
            }
            let (path, fragment) = target.split_once('#').unwrap_or((&target, ""));
            let path = joined(&file.path, path);
            let known = ids.get(&*path);
            if !known.is_some_and(|ids| fragment.is_empty() || ids.contains(fragment)) {
                dead.push(format!("{}: {target}", file.path));
            }
        }
    }
    dead
}

/// Resolves a relative path.
fn joined(page: &str, relative: &str) -> String {
    if relative.is_empty() {
        return page.to_owned();
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}
