//! Renders the sample request of an operation, formatted for different tools.

use maud::{Markup, html};
use oas_document::openapi::Role;

use super::page::Page;
use crate::context::OperationPage;
use crate::sample::{SampleRequest, curl, http, python};

impl<'d> Page<'_, 'd> {
    pub(super) fn samples(&self, entry: &OperationPage<'d>) -> Markup {
        let operation = &entry.operation;
        let documented = operation.code_samples().map(|sample| {
            let label = sample.label.unwrap_or(sample.language);
            (
                format!("{label} · {}", self.words.documented_sample),
                sample.source.to_owned(),
            )
        });
        let mut samples: Vec<(String, String)> = documented.collect();
        // A callback is a request of the API, so that no sample calls it.
        if operation.role == Role::Path {
            let request = SampleRequest::of(self.context, operation);
            samples.push(("curl".to_owned(), curl(&request)));
            let name = entry.name();
            let others = self.context.settings.samples.iter();
            let others = others.filter(|sample| sample.operation == name);
            samples.extend(others.map(|sample| (sample.label.clone(), sample.source.clone())));
            samples.push(("HTTP".to_owned(), http(&request)));
            samples.push(("Python".to_owned(), python(&request)));
        }
        html! {
            @if !samples.is_empty() {
                section id="samples" {
                    h2 { (self.words.samples) }
                    @for (at, (label, source)) in samples.iter().enumerate() {
                        details.sample open[at == 0] {
                            summary { (label) }
                            pre tabindex="0" { (source) }
                        }
                    }
                }
            }
        }
    }
}
