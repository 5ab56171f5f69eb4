//! Requests to AWS, signed (Signature Version 4). Source: AWS documentation, "Create a signed AWS
//! API request".

use super::fill::Parts;
use crate::live::http::{Client, Method, Request};
use crate::live::percent;
use crate::verify::sha256;
use data_encoding::HEXLOWER;
use std::time::{SystemTime, UNIX_EPOCH};

/// A service of AWS, and the form that is sent to it.
pub(in crate::live) struct Call<'a> {
    /// Its public URL, with a path of `/`.
    pub(in crate::live) url: &'a str,
    pub(in crate::live) service: &'a str,
    pub(in crate::live) region: &'a str,
    /// `Action=…&Version=…`, percent-encoded.
    pub(in crate::live) form: &'a str,
}

/// `sts:GetCallerIdentity`, which every key may call.
pub(super) const WHO: Call<'static> = Call {
    url: "https://sts.amazonaws.com/",
    service: "sts",
    region: "us-east-1",
    form: "Action=GetCallerIdentity&Version=2011-06-15",
};

/// The signed request; `parts` are `id`, `secret` and, for a temporary key, `session`.
pub(in crate::live) fn request(call: &Call<'_>, parts: &Parts, client: &Client) -> Request {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    signed(call, parts, &client.target(call.url), now)
}

fn signed(call: &Call<'_>, parts: &Parts, url: &str, now: u64) -> Request {
    let get = |name| parts.get(name).unwrap_or_default();
    let stamp = stamp(now);
    let day = stamp.get(..8).unwrap_or_default();
    let host = url.split('/').nth(2).unwrap_or_default();
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    let kind = "application/x-www-form-urlencoded";
    let mut headers = vec![("content-type", kind), ("host", host), ("x-amz-date", &stamp)];
    if parts.has("session") {
        headers.push(("x-amz-security-token", get("session")));
    }
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let lines: String = headers.iter().map(|(n, v)| format!("{n}:{v}\n")).collect();
    let digest = HEXLOWER.encode(&sha256::sha256(call.form.as_bytes()));
    let canonical = format!("POST\n/{path}\n\n{lines}\n{names}\n{digest}");
    let scope = format!("{day}/{}/{}/aws4_request", call.region, call.service);
    let canonical = HEXLOWER.encode(&sha256::sha256(canonical.as_bytes()));
    let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{canonical}");
    let mut key = hmac(format!("AWS4{}", get("secret")).as_bytes(), day.as_bytes());
    for step in [call.region, call.service, "aws4_request"] {
        key = hmac(&key, step.as_bytes());
    }
    let signature = HEXLOWER.encode(&hmac(&key, to_sign.as_bytes()));
    let id = get("id");
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"
    );
    let mut request = Request::new(Method::Post, url)
        .body(kind, call.form)
        .header("X-Amz-Date", stamp)
        .header("Authorization", authorization);
    if parts.has("session") {
        request = request.header("X-Amz-Security-Token", get("session"));
    }
    request
}

/// A form as AWS wants it.
pub(in crate::live) fn form(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(n, v)| format!("{n}={}", percent(v))).collect();
    pairs.join("&")
}

/// HMAC-SHA-256 (RFC 2104).
fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    let short = if key.len() > 64 { sha256::sha256(key).to_vec() } else { key.to_vec() };
    block.iter_mut().zip(short).for_each(|(to, b)| *to = b);
    let padded = |pad: u8, rest: &[u8]| {
        let mut all: Vec<u8> = block.iter().map(|b| b ^ pad).collect();
        all.extend_from_slice(rest);
        sha256::sha256(&all)
    };
    padded(0x5c, &padded(0x36, text))
}

/// `20130524T000000Z`.
fn stamp(now: u64) -> String {
    let (days, rest) = (now / 86_400, now % 86_400);
    // Days from the first of March of year 0, so that the odd day is the last of a year.
    let z = days + 719_468;
    let (era, doe) = (z / 146_097, z % 146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + u64::from(month <= 2);
    let (h, m, s) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}{month:02}{day:02}T{h:02}{m:02}{s:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_code_is_that_of_the_standard() {
        // RFC 4231, case 2.
        let code = hmac(b"Jefe", b"what do ya want for nothing?");
        assert!(HEXLOWER.encode(&code).starts_with("5bdcc146bf60754e6a042426089575c7"));
    }

    /// `post-x-www-form-urlencoded` of AWS's own test suite for Signature Version 4.
    #[test]
    fn the_signature_is_that_of_the_test_suite() {
        let key = ["wJalrXUtnFEMI/K7MD", "ENG+bPxRfiCYEXAMPLEKEY"].concat();
        let parts = Parts::default().with("id", ["AKID", "EXAMPLE"].concat()).with("secret", key);
        let call =
            Call { url: "", service: "service", region: "us-east-1", form: "Param1=value1" };
        let request = signed(&call, &parts, "https://example.amazonaws.com/", 1_440_938_160);
        let said = request.values().find(|v| v.starts_with("AWS4-")).unwrap_or_default();
        let expected = "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a";
        assert!(said.ends_with(&format!("Signature={expected}")), "{said}");
    }

    #[test]
    fn moments_are_written_in_full() {
        assert_eq!(stamp(1_369_353_600), "20130524T000000Z");
        assert_eq!(stamp(1_709_208_896), "20240229T121456Z");
    }
}
