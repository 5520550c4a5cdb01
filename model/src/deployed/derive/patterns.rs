//! Texts that Lua patterns match: what a pattern lets through need not stand in the file.

/// A text that this pattern matches, where it is one: it has a class, a set or an anchor.
pub(super) fn sample(pattern: &str) -> Option<String> {
    let is_pattern = pattern.starts_with('^') || pattern.ends_with('$');
    if !(is_pattern || pattern.contains(['%', '['])) {
        return None;
    }
    let rest = pattern.strip_prefix('^').unwrap_or(pattern);
    let rest = rest.strip_suffix('$').filter(|rest| !rest.ends_with('%')).unwrap_or(rest);
    let mut chars = rest.chars().peekable();
    let mut text = String::new();
    while let Some(c) = chars.next() {
        let matched = match c {
            '(' | ')' => continue,
            '.' => 'k',
            '%' => of_class(chars.next()?)?,
            '[' => of_set(&mut chars)?,
            plain => plain,
        };
        match chars.next_if(|next| "*+-?".contains(*next)) {
            Some('*' | '-' | '?') => {}
            _ => text.push(matched),
        }
    }
    (!text.is_empty() && text != pattern).then_some(text)
}

/// A character of a class such as `%d`, or the character that is escaped.
fn of_class(class: char) -> Option<char> {
    Some(match class {
        'a' | 'w' | 'l' | 'g' | 'D' | 'P' | 'S' | 'U' | 'X' | 'C' => 'k',
        'd' | 'x' | 'A' | 'L' => '7',
        'u' => 'K',
        'p' | 'W' | 'G' => '-',
        's' => ' ',
        plain if !plain.is_alphanumeric() => plain,
        // A balanced pair, a frontier, a capture: nothing simple matches.
        _ => return None,
    })
}

fn is_in_class(class: char, c: char) -> bool {
    let is_in = match class.to_ascii_lowercase() {
        'a' => c.is_ascii_alphabetic(),
        'd' => c.is_ascii_digit(),
        'l' => c.is_ascii_lowercase(),
        'u' => c.is_ascii_uppercase(),
        'w' => c.is_ascii_alphanumeric(),
        'x' => c.is_ascii_hexdigit(),
        'p' => c.is_ascii_punctuation(),
        's' => c.is_ascii_whitespace(),
        'g' => c.is_ascii_graphic(),
        _ => return class == c,
    };
    is_in != class.is_ascii_uppercase()
}

/// A character of a set, whose bracket was read, up to the end of it.
fn of_set(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    let is_complement = chars.next_if_eq(&'^').is_some();
    let mut members: Vec<(char, char)> = Vec::new();
    let mut classes = Vec::new();
    let mut is_first = true;
    loop {
        let c = chars.next()?;
        if c == ']' && !is_first {
            break;
        }
        is_first = false;
        if c == '%' {
            classes.push(chars.next()?);
            continue;
        }
        let mut ahead = chars.clone();
        match (ahead.next(), ahead.next()) {
            (Some('-'), Some(last)) if last != ']' => {
                chars.nth(1);
                members.push((c, last));
            }
            _ => members.push((c, c)),
        }
    }
    if !is_complement {
        let first = members.first().map(|(first, _)| *first);
        return first.or_else(|| of_class(*classes.first()?));
    }
    let is_in = |c: char| {
        members.iter().any(|(first, last)| (*first..=*last).contains(&c))
            || classes.iter().any(|class| is_in_class(*class, c))
    };
    "k7K- ~".chars().find(|c| !is_in(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_a_text_that_it_matches() {
        for (pattern, text) in [
            ("^Credit.[Nn]ote%d$", "CreditkNote7"),
            ("%$", "$"),
            ("z%d", "z7"),
            ("^77", "77"),
            ("^(%a+)%-(%d*)$", "k-"),
            ("[^%w]", "-"),
            ("[]a]x", "]x"),
            ("[^a-zA-Z]b", "7b"),
            ("^a-b+c?$", "b"),
            ("100%%", "100%"),
        ] {
            assert_eq!(sample(pattern).as_deref(), Some(text), "{pattern}");
        }
    }

    #[test]
    fn a_text_that_is_no_pattern_has_none() {
        for text in ["Credit-Notice", "a.b", "", "^", "%", "%b()", "[", "[^%s%S]", "%1"] {
            assert_eq!(sample(text), None, "{text}");
        }
    }
}
