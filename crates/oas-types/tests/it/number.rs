//! Numbers with a fraction, which serde_json reads exactly with a feature alone.

use proptest::prelude::*;

fn assert_exact(text: &str) {
    let decoded = serde_json::from_str::<f64>(text).ok();
    assert_eq!(decoded, text.parse().ok(), "{text}");
}

#[test]
fn the_last_digit_is_kept() {
    assert_exact("31.245270191439438");
}

proptest! {
    #[test]
    fn any_digits_are_the_nearest_float(whole in 0_u32.., fraction in "[0-9]{1,20}", exponent in -320_i32..300) {
        assert_exact(&format!("{whole}.{fraction}e{exponent}"));
    }
}
