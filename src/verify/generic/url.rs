//! Traits of a password in a URL.

use super::super::Token;
use super::super::url_credentials::{Url, is_example_host, is_near_host};
use super::sheet::Sheet;
use super::traits::Trait;

/// Notes what stands around the password in its URL.
pub(super) fn measure(token: &Token<'_>, sheet: &mut Sheet) {
    let url = Url::around(token);
    sheet.flag(Trait::InUrl, true);
    sheet.flag(Trait::UserIsValue, url.user.eq_ignore_ascii_case(token.secret()));
    sheet.flag(Trait::NearHost, is_near_host(url.host));
    sheet.flag(Trait::ExampleHost, is_example_host(url.host));
    sheet.flag(Trait::TemplateHost, url.host.is_empty());
    sheet.put(Trait::NameLength, url.user.len());
}
