//! Renders descriptions, which are CommonMark (OpenAPI 3.0.4, Rich Text Formatting), as HTML. The output contains no
//! markup and no links that the text constructs by itself.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

/// Renders a description as HTML.
///
/// HTML in the description is escaped. Links lead to `http`, `https` and `mailto`, and to pages of the site, which
/// `page` resolves relative addresses to; every other link is rendered as its text and its address. Images become
/// links, because a page loads nothing from other hosts. Headings begin at the fourth level, below those of the page.
pub(crate) fn render(text: &str, page: &dyn Fn(&str) -> Option<String>) -> Markup {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    // The text that follows each open link: its closing tag, or its address.
    let mut open: Vec<Event<'_>> = Vec::new();
    let events = Parser::new_ext(text, options).filter_map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            }
            | Tag::Image {
                link_type,
                dest_url,
                title,
                ..
            },
        ) => {
            let target = match link_type {
                LinkType::Email => Some(format!("mailto:{dest_url}").into()),
                _ if is_absolute(&dest_url) => Some(dest_url.clone()),
                _ => page(&dest_url).map(CowStr::from),
            };
            // A link in the alternative text of an image would be nested in another link, which is invalid.
            let target = target.filter(|_| !open.contains(&Event::End(TagEnd::Link)));
            open.push(match (&target, link_type) {
                (Some(_), _) => Event::End(TagEnd::Link),
                (None, LinkType::Autolink) => Event::Text(CowStr::Borrowed("")),
                (None, _) => Event::Text(format!(" ({dest_url})").into()),
            });
            target.map(|dest_url| {
                Event::Start(Tag::Link {
                    link_type: LinkType::Inline,
                    dest_url,
                    title,
                    id: CowStr::Borrowed(""),
                })
            })
        }
        Event::End(TagEnd::Link | TagEnd::Image) => open.pop(),
        Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(Tag::Heading {
            level: lowered(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lowered(level)))),
        other => Some(other),
    });
    let mut out = String::with_capacity(text.len() + 16);
    html::push_html(&mut out, events);
    // A single paragraph needs no element of its own.
    let out = out.trim_end();
    let only = out
        .strip_prefix("<p>")
        .and_then(|out| out.strip_suffix("</p>"));
    let only = only.filter(|inner| !inner.contains("<p>"));
    // The writer has escaped every text and address, and raw HTML was filtered out before it.
    PreEscaped(only.unwrap_or(out).to_owned())
}

/// Returns whether links may have this address, because its scheme is `http`, `https` or `mailto`.
pub(crate) fn is_absolute(target: &str) -> bool {
    let scheme = target.split_once(':').map(|(scheme, _)| scheme);
    let allowed = ["http", "https", "mailto"];
    scheme.is_some_and(|scheme| {
        allowed
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known))
    })
}

fn lowered(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H4,
        HeadingLevel::H2 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_a_document_is_text() {
        for (text, expected) in [
            ("a <b onclick=x>b</b>", "a &lt;b onclick=x&gt;b&lt;/b&gt;"),
            (
                "<script>alert(1)</script>",
                "&lt;script&gt;alert(1)&lt;/script&gt;",
            ),
            ("[x](javascript:alert)", "x (javascript:alert)"),
            ("[x](java\tscript:alert)", "[x](java\tscript:alert)"),
            ("<javascript:alert>", "javascript:alert"),
            ("[x](&#106;avascript:alert)", "x (javascript:alert)"),
            ("[x](<\u{1}javascript:alert>)", "x (\u{1}javascript:alert)"),
            ("[x](//evil.example)", "x (//evil.example)"),
            ("[x](data:text/html,hi)", "x (data:text/html,hi)"),
            ("[x](#there)", "x (#there)"),
            ("[x](guide.md)", "x (guide.md)"),
            ("[x](index.html)", r#"<a href="../index.html">x</a>"#),
            (
                "[x](https://a.example/?q=\"y\")",
                r#"<a href="https://a.example/?q=%22y%22">x</a>"#,
            ),
            (
                "![a *b*](https://a.example/i.png)",
                r#"<a href="https://a.example/i.png">a <em>b</em></a>"#,
            ),
            (
                "[![a](https://a.example/i.png)](https://b.example)",
                r#"<a href="https://b.example">a (https://a.example/i.png)</a>"#,
            ),
            (
                "<me@a.example>",
                r#"<a href="mailto:me@a.example">me@a.example</a>"#,
            ),
            ("# One", "<h4>One</h4>"),
            ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ] {
            let page = |target: &str| (target == "index.html").then(|| "../index.html".to_owned());
            assert_eq!(render(text, &page).into_string(), expected, "{text}");
        }
    }
}
