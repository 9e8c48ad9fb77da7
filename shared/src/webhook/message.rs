//! What a webhook carries: ids, a state and a time; and how it is signed, as Standard Webhooks has it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::json;
use sha2::Sha256;
use uuid::Uuid;

use crate::clock;
use crate::job::Time;

/// What a secret starts with.
const PREFIX: &str = "whsec_";

/// A new secret: 32 random bytes.
pub fn new_secret() -> String {
    format!("{PREFIX}{}", STANDARD.encode(clock::secret()))
}

/// The body that tells how a job ended: no name, no label, no request, nothing of a student.
pub fn job_body(job: Uuid, state: &str, at: Time) -> String {
    let at = at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    json!({"type": format!("job.{state}"), "timestamp": at, "data": {"job": job, "state": state, "at": at}})
        .to_string()
}

/// The body of a test.
pub fn test_body(webhook: Uuid, at: Time) -> String {
    let at = at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    json!({"type": "webhook.test", "timestamp": at, "data": {"webhook": webhook, "at": at}}).to_string()
}

/// The header `webhook-signature` of one call: `v1,` and the base64 of the HMAC-SHA256 of `id.seconds.body`.
pub fn signature(secret: &str, id: &str, seconds: i64, body: &str) -> String {
    let text = secret.strip_prefix(PREFIX).unwrap_or(secret);
    // A secret that is no base64 is taken as it is, so that a call is never unsigned.
    let key = STANDARD.decode(text).unwrap_or_else(|_| text.as_bytes().to_vec());
    let mut hmac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes a key of any length");
    hmac.update(format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(hmac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks libraries.
    #[test]
    fn the_published_example_is_signed_alike() {
        let signed = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_are_long_and_differ() {
        let (one, two) = (new_secret(), new_secret());
        assert_ne!(one, two);
        assert_eq!(STANDARD.decode(one.strip_prefix(PREFIX).expect("a prefix")).expect("base64").len(), 32);
    }

    #[test]
    fn a_body_holds_ids_state_and_time_alone() {
        let at = chrono::DateTime::from_timestamp(1_767_225_600, 0).expect("a time");
        assert_eq!(
            job_body(Uuid::from_u128(7), "completed", at),
            r#"{"type":"job.completed","timestamp":"2026-01-01T00:00:00.000Z","data":{"job":"00000000-0000-0000-0000-000000000007","state":"completed","at":"2026-01-01T00:00:00.000Z"}}"#
        );
    }
}
