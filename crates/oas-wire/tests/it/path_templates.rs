//! Which text of a path each parameter of a template matches.

use oas_wire::path_template::{MixedSegment, Part, is_delimited, names, parts, shape};
use oas_wire::percent;
use proptest::prelude::*;

/// Returns the texts that the parameters of a segment match.
fn matched<'p>(template: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let mut ranges = Vec::new();
    let segment = MixedSegment::parse(template)?;
    segment
        .matches(path, 0, |range| ranges.push(range))
        .then_some(())?;
    Some(ranges.into_iter().map(|range| &path[range]).collect())
}

#[test]
fn a_parameter_matches_whole_characters() {
    let path = percent::encode("äöü");
    assert_eq!(
        matched("{a}{b}", &path),
        Some(vec!["%C3%A4", "%C3%B6%C3%BC"])
    );
    assert_eq!(matched("{a}{b}", "%20x"), Some(vec!["%20", "x"]));
    assert_eq!(matched("{a}{b}", "%C3%A4"), None);
    // What is no text is not decoded, but still matched, so that decoding reports it.
    assert_eq!(matched("{a}{b}", "%C3x"), Some(vec!["%", "C3x"]));
}

#[test]
fn a_brace_without_its_counterpart_is_a_literal() {
    let all = |template| parts(template).collect::<Vec<_>>();
    assert_eq!(all("/a{b"), [Part::Literal("/a{b")]);
    assert_eq!(
        all("/a}b{c}"),
        [Part::Literal("/a}b"), Part::Parameter("c")]
    );
    assert_eq!(all(""), []);
    assert_eq!(names("/{a}/{}").collect::<Vec<_>>(), ["a", ""]);
    assert_eq!(shape("/a b/{c}{d}"), "/a%20b/{}{}");
}

proptest! {
    #[test]
    fn values_are_matched_again_where_each_is_delimited(
        literals in proptest::array::uniform3("[-.a]{0,2}"),
        values in proptest::array::uniform2("[-.ab/ä]{1,3}"),
    ) {
        let template = format!("{}{{x}}{}{{y}}{}", literals[0], literals[1], literals[2]);
        let [x, y] = values.each_ref().map(|value| percent::encode(value));
        let path = format!("{}{x}{}{y}{}", literals[0], literals[1], literals[2]);
        let found = matched(&template, &percent::normalize_path(&path))
            .map(|texts| texts.into_iter().map(str::to_owned).collect::<Vec<_>>());
        let expected = [x, y].map(|text| percent::normalize_path(&text).into_owned());
        let is_delimited = is_delimited(&template, "x", &expected[0])
            && is_delimited(&template, "y", &expected[1]);
        prop_assert_eq!(found.is_some_and(|found| found == expected), is_delimited);
    }
}
