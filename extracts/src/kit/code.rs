//! Comparison of codes and texts as the documents ask for it.

use std::borrow::Cow;

/// A code ready for comparison: trimmed at both ends and upper-cased (kecs-lead, section 2, "code comparison").
pub fn comparable(code: &str) -> Cow<'_, str> {
    upper(code.trim())
}

/// Whether a stored code is this one, which is given trimmed and in capitals.
pub fn is(stored: Option<&str>, code: &str) -> bool {
    stored.is_some_and(|s| s == code || comparable(s) == code)
}

/// Whether a stored code is one of these, which are given trimmed and in capitals.
pub fn is_one_of(stored: Option<&str>, codes: &[&str]) -> bool {
    stored.is_some_and(|s| codes.contains(&comparable(s).as_ref()))
}

/// Text as it is ordered: upper-cased by the full Unicode mapping of no language (campus-data, convention 9).
pub fn upper(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_lowercase()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_uppercase())
    }
}

/// Digits with zeros in front to a width; anything else as it is.
pub fn zeros(text: &str, width: usize) -> Cow<'_, str> {
    if text.len() < width && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        Cow::Owned(format!("{text:0>width$}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The rank of each text in text order, nothing first; equal texts share a rank.
pub fn ranks<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Vec<u32> {
    let keys: Vec<Option<Cow<'a, str>>> = texts.map(|t| t.map(upper)).collect();
    // Most texts differ in their first bytes, which are quicker to compare as a number.
    let first = |text: &str| text.bytes().chain([0; 8]).take(8).fold(0, |n, b| n << 8 | u64::from(b));
    let mut order: Vec<(u64, u32)> =
        keys.iter().zip(0..).map(|(key, at)| (key.as_deref().map_or(0, first), at)).collect();
    order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| keys[a.1 as usize].cmp(&keys[b.1 as usize])));
    let mut ranks = vec![0; keys.len()];
    for pair in 1..order.len() {
        let (before, at) = (order[pair - 1].1 as usize, order[pair].1 as usize);
        ranks[at] = ranks[before] + u32::from(keys[before] != keys[at]);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_trimmed_and_upper_cased_and_otherwise_exact() {
        assert!(is(Some(" lep\u{a0}"), "LEP"));
        assert!(!is(Some("5"), "05"));
        assert!(!is(None, ""));
    }

    #[test]
    fn ranks_follow_upper_case_and_put_nothing_first() {
        let ranks = ranks([Some("straße"), None, Some("STRASSE"), Some("a"), Some("Ä")].into_iter());
        assert_eq!(ranks, [2, 0, 2, 1, 3]);
    }
}
