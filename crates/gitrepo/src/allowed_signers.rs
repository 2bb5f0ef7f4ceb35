use ssh_key::{HashAlg, PublicKey};

/// Keys that may sign commits, in the format of OpenSSH's `allowed_signers` files (`ssh-keygen(1)`).
#[derive(Debug, Clone, Default)]
pub struct AllowedSigners {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    principals: String,
    namespaces: Option<Vec<String>>,
    valid_after: Option<i64>,
    valid_before: Option<i64>,
    key: PublicKey,
}

/// What is wrong with a line of allowed signers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the allowed signers: {problem}")]
pub struct AllowedSignersError {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

impl AllowedSigners {
    /// Reads the text. Empty lines and lines that begin with `#` are left out. Any mistake refuses the whole
    /// text: half a list of trusted keys is nobody's wish.
    ///
    /// # Errors
    /// The first line that cannot be taken.
    pub fn parse(text: &str) -> Result<Self, AllowedSignersError> {
        let mut entries = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let entry = parse_line(line);
            entries.push(entry.map_err(|problem| AllowedSignersError { line: index + 1, problem })?);
        }
        Ok(Self { entries })
    }

    /// Whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Principals of the key with this fingerprint, if it may sign Git objects at `at` (seconds since the
    /// Unix epoch).
    pub(crate) fn principals(&self, key: &PublicKey, at: i64) -> Option<&str> {
        let fingerprint = key.fingerprint(HashAlg::Sha256);
        let entry = self.entries.iter().find(|entry| {
            entry.key.fingerprint(HashAlg::Sha256) == fingerprint
                && entry.valid_after.is_none_or(|after| at >= after)
                && entry.valid_before.is_none_or(|before| at < before)
                && entry.namespaces.as_ref().is_none_or(|names| names.iter().any(|n| n == "git"))
        })?;
        Some(&entry.principals)
    }
}

fn parse_line(line: &str) -> Result<Entry, String> {
    let mut words = words(line);
    if words.len() < 3 {
        return Err("principals, key type and key are needed".to_owned());
    }
    let principals = words.remove(0).trim_matches('"').to_owned();
    let mut entry_options = (None, None, None);
    let first = &words[0];
    if !is_key_type(first) {
        entry_options = parse_options(first)?;
        words.remove(0);
    }
    let [kind, key, ..] = words.as_slice() else {
        return Err("key type and key are needed".to_owned());
    };
    let key = PublicKey::from_openssh(&format!("{kind} {key}"))
        .map_err(|e| format!("the key cannot be read or is of a kind that is not supported ({e})"))?;
    let (namespaces, valid_after, valid_before) = entry_options;
    Ok(Entry { principals, namespaces, valid_after, valid_before, key })
}

fn is_key_type(word: &str) -> bool {
    ["ssh-", "sk-ssh-", "ecdsa-", "sk-ecdsa-"].iter().any(|prefix| word.starts_with(prefix))
}

/// Words between spaces; quotation marks keep spaces together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' | '\t' if !quoted => {
                words.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = words.last_mut() {
            last.push(c);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

type Options = (Option<Vec<String>>, Option<i64>, Option<i64>);

fn parse_options(text: &str) -> Result<Options, String> {
    let mut options: Options = (None, None, None);
    for option in split_options(text) {
        let (name, value) = option.split_once('=').unwrap_or((&option, ""));
        let value = value.trim_matches('"');
        match name.to_ascii_lowercase().as_str() {
            "namespaces" => options.0 = Some(value.split(',').map(|n| n.trim().to_owned()).collect()),
            "valid-after" => options.1 = Some(instant(value)?),
            "valid-before" => options.2 = Some(instant(value)?),
            "cert-authority" => return Err("certificate authorities are not supported".to_owned()),
            _ => return Err(format!("`{name}` is no option")),
        }
    }
    Ok(options)
}

/// Options between commas; quotation marks keep commas together.
fn split_options(text: &str) -> Vec<String> {
    let mut quoted = false;
    let mut options = vec![String::new()];
    for c in text.chars() {
        match c {
            ',' if !quoted => options.push(String::new()),
            c => {
                quoted ^= c == '"';
                if let Some(last) = options.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    options
}

/// `YYYYMMDD[HHMM[SS]][Z]` in seconds since the Unix epoch. Without `Z` it is UTC all the same: the zone of
/// a host must not decide who may sign.
fn instant(text: &str) -> Result<i64, String> {
    let refused = || format!("`{text}` is no time like 20270131 or 20270131120000Z");
    let digits = text.strip_suffix('Z').unwrap_or(text);
    if !matches!(digits.len(), 8 | 12 | 14) || digits.bytes().any(|b| !b.is_ascii_digit()) {
        return Err(refused());
    }
    let part = |from: usize, to: usize| digits.get(from..to).map_or(Ok(0), str::parse::<i64>);
    let parts = [(0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14)];
    let mut numbers = [0; 6];
    for (number, (from, to)) in numbers.iter_mut().zip(parts) {
        *number = part(from, to).map_err(|_| refused())?;
    }
    let [year, month, day, hour, minute, second] = numbers;
    let sane =
        (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
    if !sane {
        return Err(refused());
    }
    // Days from the civil calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    Ok(days * 86_400 + hour * 3600 + minute * 60 + second)
}
