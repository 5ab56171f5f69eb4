//! A patch for people: one hunk from the first line that differs to the last.

/// Lines around a change.
const AROUND: usize = 3;

/// The difference of two texts, as a unified patch of `path`.
pub fn diff(path: &str, before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = |list: &[&str]| list.len() - same;
    let most = tail(&old).min(tail(&new));
    let end =
        old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let start = same.saturating_sub(AROUND);
    let stop = (old.len() - end + AROUND).min(old.len());
    let new_stop = (new.len() - end + AROUND).min(new.len());
    let mut out = format!(
        "--- a/{path}\n+++ b/{path}\n@@ -{},{} +{},{} @@\n",
        start + 1,
        stop - start,
        start + 1,
        new_stop - start
    );
    let mut push = |sign: char, lines: Option<&[&str]>| {
        lines.unwrap_or_default().iter().for_each(|line| out.push_str(&format!("{sign}{line}\n")));
    };
    push(' ', old.get(start..same));
    // Lines inside that are alike are shown as such where both sides have as many.
    let (inner_old, inner_new) = (old.get(same..old.len() - end), new.get(same..new.len() - end));
    push('-', inner_old);
    push('+', inner_new);
    push(' ', old.get(old.len() - end..stop));
    out
}

#[cfg(test)]
mod tests {
    use super::diff;

    #[test]
    fn a_patch_shows_what_differs_and_three_lines_around() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let after = "1\n2\n3\n4\nx\n6\n7\n8\n9\n";
        let expected = "--- a/p\n+++ b/p\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n";
        assert_eq!(diff("p", before, after), expected);
    }
}
