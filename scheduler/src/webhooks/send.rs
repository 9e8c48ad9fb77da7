//! One call of a webhook. The addresses that its name stands for are looked at when it connects, and it connects to those
//! and no others; redirects are not followed, and the answer's body is not read.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use shared::clock;
use shared::store::Delivery;
use shared::webhook::message::{job_body, signature, test_body};
use shared::webhook::{Allowed, Refused};

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What the receiver answered.
    pub status: Option<i64>,
    /// Why it counts as not delivered, one sentence; none when the answer was a 2xx.
    pub fault: Option<String>,
}

/// Calls webhooks. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sender {
    client: Client,
    allowed: Arc<Allowed>,
    time_out: Duration,
}

/// Resolves names to addresses that may be called.
struct Checked(Arc<Allowed>);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.0);
        Box::pin(async move {
            // The connector puts the address's own port in the place of 0.
            let found = allowed.resolve(name.as_str(), 0).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

impl Sender {
    /// Calls what may be called, for at most `time_out` each.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(allowed: Allowed, time_out: Duration) -> Result<Sender, reqwest::Error> {
        let allowed = Arc::new(allowed);
        let client = Client::builder()
            .user_agent(concat!("registrar/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Checked(Arc::clone(&allowed)))
            .redirect(Policy::none())
            .no_proxy()
            // Each call looks at the addresses again.
            .pool_max_idle_per_host(0)
            .timeout(time_out)
            .build()?;
        Ok(Sender { client, allowed, time_out })
    }

    /// Makes one call.
    pub async fn send(&self, delivery: &Delivery) -> Answer {
        let told = &delivery.told;
        let body = match &told.job {
            Some((job, state)) => job_body(*job, state, told.at),
            None => test_body(told.webhook, told.at),
        };
        // The settings may allow less than when the webhook was made; a host in numbers is never resolved.
        let url = match self.allowed.url(&delivery.url) {
            Ok(url) => url,
            Err(refused) => return Answer { status: None, fault: Some(refused.to_string()) },
        };
        let (id, seconds) = (told.id.to_string(), clock::now().timestamp());
        let call = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", signature(&delivery.secret, &id, seconds, &body))
            .body(body);
        match call.send().await {
            Ok(answer) => {
                let status = answer.status();
                let fault = (!status.is_success()).then(|| {
                    let more = if status.is_redirection() { "; redirects are not followed" } else { "" };
                    format!("The receiver answered {}{more}.", status.as_u16())
                });
                Answer { status: Some(i64::from(status.as_u16())), fault }
            }
            Err(error) => Answer { status: None, fault: Some(self.words(&error)) },
        }
    }

    /// One sentence without the address, which may hold a secret.
    fn words(&self, error: &reqwest::Error) -> String {
        let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(one) = cause {
            if let Some(refused) = one.downcast_ref::<Refused>() {
                return refused.to_string();
            }
            cause = one.source();
        }
        if error.is_timeout() {
            format!("The receiver did not answer within {} s.", self.time_out.as_secs_f64())
        } else if error.is_connect() {
            "The receiver could not be connected to.".to_owned()
        } else {
            "The receiver broke the call off.".to_owned()
        }
    }
}
