//! From chosen tokens to text that can be sent on: whole characters only, and nothing of a stop text.

use crate::tokens::Tokens;

/// Tokens of the prompt that the first ones are read with: some tokens begin with a space only inside a text.
const BEFORE: usize = 6;
/// Tokens that may together make one character. What is none then, never becomes one.
const CHARACTER_TOKENS_MAX: usize = 8;

/// Tokens to whole characters.
pub struct Characters {
    /// The tokens read last, which the unread ones are decoded with, and the unread ones.
    ids: Vec<u32>,
    /// Where the unread ones begin.
    read: usize,
}

impl Characters {
    /// Characters that follow a prompt.
    pub fn after(prompt: &[u32]) -> Self {
        let ids = prompt
            .get(prompt.len().saturating_sub(BEFORE)..)
            .unwrap_or_default()
            .to_vec();
        Self {
            read: ids.len(),
            ids,
        }
    }

    /// Takes a token, and gives the characters that are complete with it.
    pub fn push(&mut self, token: u32, tokens: &Tokens) -> String {
        self.ids.push(token);
        let text = self.unread(tokens);
        let incomplete = text.is_empty() || text.ends_with(char::REPLACEMENT_CHARACTER);
        if incomplete && self.ids.len() - self.read < CHARACTER_TOKENS_MAX {
            return String::new();
        }
        self.taken();
        text
    }

    /// What is left at the end, whole or not.
    pub fn rest(&mut self, tokens: &Tokens) -> String {
        let text = self.unread(tokens);
        self.taken();
        text
    }

    fn taken(&mut self) {
        self.ids.drain(..self.read);
        self.read = self.ids.len();
    }

    fn unread(&self, tokens: &Tokens) -> String {
        let before = tokens.decode(self.ids.get(..self.read).unwrap_or_default());
        let all = tokens.decode(&self.ids);
        all.get(before.len()..).unwrap_or_default().to_string()
    }
}

/// Ends a text before the first stop text in it.
pub struct Stops {
    stops: Vec<String>,
    held: String,
}

impl Stops {
    /// These stop texts; empty ones count for nothing.
    pub fn new(stops: Vec<String>) -> Self {
        let stops = stops.into_iter().filter(|stop| !stop.is_empty()).collect();
        Self {
            stops,
            held: String::new(),
        }
    }

    /// Takes text; gives what can be sent on, and whether a stop text came.
    pub fn push(&mut self, text: &str) -> (String, bool) {
        self.held.push_str(text);
        let found = self
            .stops
            .iter()
            .filter_map(|stop| self.held.find(stop))
            .min();
        if let Some(at) = found {
            self.held.truncate(at);
            return (std::mem::take(&mut self.held), true);
        }
        let keep = self
            .stops
            .iter()
            .map(|stop| begun(&self.held, stop))
            .max()
            .unwrap_or_default();
        let rest = self.held.split_off(self.held.len() - keep);
        (std::mem::replace(&mut self.held, rest), false)
    }

    /// What was kept back, once no more comes.
    pub fn rest(&mut self) -> String {
        std::mem::take(&mut self.held)
    }
}

/// Bytes at the end of `text` with which `stop` may begin.
fn begun(text: &str, stop: &str) -> usize {
    let ends = stop.char_indices().map(|(at, _)| at).rev();
    ends.filter(|len| *len > 0)
        .find(|len| text.ends_with(stop.get(..*len).unwrap_or_default()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(stops: &[&str], parts: &[&str]) -> (Vec<String>, bool) {
        let mut filter = Stops::new(stops.iter().map(ToString::to_string).collect());
        let mut sent = Vec::new();
        for part in parts {
            let (text, stopped) = filter.push(part);
            sent.push(text);
            if stopped {
                return (sent, true);
            }
        }
        sent.push(filter.rest());
        (sent, false)
    }

    #[test]
    fn a_stop_text_ends_the_answer_also_across_parts() {
        let (sent, stopped) = run(&["\nUser:"], &["Hello", "\nUs", "er: more"]);
        assert_eq!((sent.concat().as_str(), stopped), ("Hello", true));
        assert_eq!(sent, ["Hello", "", ""]);
    }

    #[test]
    fn what_only_began_like_a_stop_text_is_sent_after_all() {
        let (sent, stopped) = run(&["abc", "bd"], &["xa", "b", "e", "ab"]);
        assert_eq!((sent.concat().as_str(), stopped), ("xabeab", false));
        assert_eq!(sent, ["x", "", "abe", "", "ab"]);
    }

    #[test]
    fn the_first_of_several_stop_texts_counts() {
        let (sent, stopped) = run(&["three", "two", ""], &["one two three"]);
        assert_eq!((sent.concat().as_str(), stopped), ("one ", true));
    }

    #[test]
    fn characters_of_several_bytes_are_not_cut() {
        let (sent, _) = run(&["éa"], &["caf", "é", "é"]);
        assert_eq!(sent.concat(), "caféé");
    }
}
