//! Answers for people that are longer than a report of findings: sections of text, steps, code
//! and tables, written as plain text, Markdown or HTML from one and the same page.

mod html;
mod markdown;
mod text;

/// A whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// Its parts; those without blocks are left out.
    pub sections: Vec<Section>,
}

/// A part of it under a heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// What stands below it.
    pub blocks: Vec<Block>,
}

/// One thing in a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A step; steps of a section are numbered.
    Step(String),
    /// An item of a list.
    Item(String),
    /// An item that is to be done, and whether it is.
    Check(bool, String),
    /// More about the item above it.
    More(String),
    /// A smaller heading.
    Head(String),
    /// Lines of code in a language.
    Code(&'static str, String),
    /// Heads of columns, and rows.
    Table(Vec<&'static str>, Vec<Vec<String>>),
}

/// How a page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For a terminal.
    Text,
    /// For an issue or a wiki.
    Markdown,
    /// For a browser.
    Html,
}

impl Page {
    /// A page with this title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), sections: Vec::new() }
    }

    /// Adds a section, unless it is empty.
    pub fn add(&mut self, title: impl Into<String>, blocks: Vec<Block>) {
        if !blocks.is_empty() {
            self.sections.push(Section { title: title.into(), blocks });
        }
    }

    /// The page in that form.
    pub fn write(&self, form: Form) -> String {
        match form {
            Form::Text => text::write(self),
            Form::Markdown => markdown::write(self),
            Form::Html => html::write(self),
        }
    }
}

impl Section {
    /// Its blocks, each with the number of the last step below the same heading.
    fn numbered(&self) -> impl Iterator<Item = (usize, &Block)> {
        let mut step = 0;
        self.blocks.iter().map(move |block| {
            match block {
                Block::Head(_) => step = 0,
                Block::Step(_) => step += 1,
                _ => {}
            }
            (step, block)
        })
    }
}

/// The same text, safe for a terminal; line breaks stay.
fn safe(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|l| crate::model::display_path(l.replace('\t', "    ").as_bytes()))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        let mut page = Page::new("Title");
        page.add("Empty", Vec::new());
        page.add(
            "Part",
            vec![
                Block::Step("one".into()),
                Block::Step("two\x1b[31m".into()),
                Block::Check(true, "done <b> | x".into()),
                Block::More("since".into()),
                Block::Code("sh", "a\nb".into()),
                Block::Table(vec!["k", "v"], vec![vec!["a|b".into(), "<".into()]]),
            ],
        );
        page
    }

    #[test]
    fn every_form_shows_all_and_drives_no_terminal() {
        for form in [Form::Text, Form::Markdown, Form::Html] {
            let out = page().write(form);
            for words in ["Title", "Part", "one", "two", "done", "since"] {
                assert!(out.contains(words), "{words} in {out}");
            }
            assert!(!out.contains("Empty") && !out.contains('\x1b'), "{out}");
        }
    }

    #[test]
    fn only_our_own_addresses_are_links() {
        let mut page = Page::new("x");
        let texts = ["page: https://a.example/b?c=1", "on https://evil.example", "https://a\"b"];
        page.add("part", texts.map(|t| Block::More(t.into())).to_vec());
        let out = page.write(Form::Html);
        assert_eq!(out.matches("<a href").count(), 1, "{out}");
        assert!(out.contains("<a href=\"https://a.example/b?c=1\""), "{out}");
    }

    #[test]
    fn markup_in_texts_stays_text() {
        assert!(page().write(Form::Html).contains("done &lt;b&gt;"));
        assert!(page().write(Form::Markdown).contains(r"a\|b"));
        assert!(page().write(Form::Markdown).contains("- [x] done"));
    }
}
