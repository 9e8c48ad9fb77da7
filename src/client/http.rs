//! Calls to the API, and its errors in plain sentences.

use std::time::Duration;

use api::view::JobView;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::commands::Failure;

/// Which API, and as whom.
#[derive(Clone, Debug, clap::Args)]
pub struct Server {
    /// Address of the API.
    #[arg(long, env = "REGISTRAR_URL", default_value = "http://127.0.0.1:8080", global = true)]
    pub url: String,
    /// Bearer token.
    #[arg(long, env = "REGISTRAR_TOKEN", hide_env_values = true, default_value = "", global = true)]
    pub token: String,
}

impl Server {
    /// A call to an address under `/api/v1`.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api/v1{path}", self.url.trim_end_matches('/'));
        let call = Client::new().request(method, url).timeout(Duration::from_secs(150));
        if self.token.is_empty() { call } else { call.bearer_auth(&self.token) }
    }

    /// Sends a call; an error of the API becomes its sentences.
    pub async fn send(&self, call: RequestBuilder) -> Result<Response, Failure> {
        let response = call.send().await.map_err(|error| {
            let why = if error.is_connect() { "nothing answers there" } else { "the call did not end" };
            Failure::new(1, format!("{}: {why}; is the API running, and is REGISTRAR_URL right?", self.url))
        })?;
        if response.status().is_success() || response.status().as_u16() == 304 {
            return Ok(response);
        }
        let status = response.status();
        let problem: Value = response.json().await.unwrap_or_default();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        let mut lines: Vec<String> = errors
            .iter()
            .map(|e| {
                let text = |key: &str| e[key].as_str().unwrap_or_default().to_owned();
                if text("field").is_empty() {
                    text("message")
                } else {
                    format!("{}: {}", text("field"), text("message"))
                }
            })
            .collect();
        if lines.is_empty() {
            lines.push(
                problem["detail"]
                    .as_str()
                    .map_or_else(|| format!("The API answered {status}."), str::to_owned),
            );
        }
        let usage = matches!(status.as_u16(), 400 | 404 | 422);
        Err(Failure { lines, status: if usage { Failure::USAGE } else { 1 } })
    }

    /// Sends a call and reads its JSON.
    pub async fn json<T: DeserializeOwned>(&self, call: RequestBuilder) -> Result<T, Failure> {
        let unreadable =
            |e: reqwest::Error| Failure::new(1, format!("the answer of the API cannot be read: {e}"));
        self.send(call).await?.json().await.map_err(unreadable)
    }

    /// One job.
    pub async fn job(&self, id: &str) -> Result<JobView, Failure> {
        self.json(self.call(Method::GET, &format!("/jobs/{id}"))).await
    }
}
