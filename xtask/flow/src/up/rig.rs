//! Everything that runs during `up`, and its end.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use meterproof_emulator::config as emulator;
use meterproof_emulator::{Config, State};
use serde_json::{Value, json};

use super::agent::Agent;
use super::clock::SimulatedClock;
use super::live::Live;
use super::usage;
use crate::error::FlowError;
use crate::http::{self, Http, Server};
use crate::runtime_host::{Function, FunctionSpec};
use crate::{page, paths};

const EMULATOR_PORT: u16 = 8790;
const PAGE_PORT: u16 = 8791;
const AGENT_PORT: u16 = 8793;

/// Where resolve_customer sends a buyer; nothing listens there.
pub const SIGN_UP_URL: &str = "https://seller.example/sign-up";

const RESOLVE_TIMEOUT: Duration = Duration::from_secs(29);

/// The running parts.
pub struct Rig {
    /// The emulator's own endpoints.
    pub emulator: Http,
    /// What time it is for the emulator and the agent.
    pub clock: Arc<SimulatedClock>,
    /// The agent; it does not run until it is started.
    pub agent: Agent,
    /// The function behind the fulfilment URL.
    pub resolve_customer: Function,
    /// What the page shows as it happens.
    pub live: Live,
    work: PathBuf,
    emulator_server: Server,
    page_server: Server,
}

impl Rig {
    /// Starts the servers. The function starts with its first event.
    pub async fn start() -> Result<Self, FlowError> {
        let target = paths::target()?;
        let state = State::new(Config::default()).map_err(setup)?;
        let (listener, address) = http::listen("the emulator", EMULATOR_PORT).await?;
        // Two of these may run at once, each with a port and a folder of its own.
        let work = target.join("up").join(address.port().to_string());
        // Customers and usage of an earlier run would be counted with those of this one.
        let _ = std::fs::remove_dir_all(&work);
        std::fs::create_dir_all(&work).map_err(setup)?;
        let served = state.clone();
        let emulator_server = Server::run(address, async move {
            // Serving ends only by being aborted with its `Server`.
            let _ = meterproof_emulator::serve(listener, served, std::future::pending()).await;
        });
        let url = emulator_server.url();
        let clock = Arc::new(SimulatedClock::create(&work.join("clock-offset"))?);
        let agent = Agent::new(&work, AGENT_PORT, clock.argument(), url.clone()).await?;
        let live = Live::new(state, url.clone(), agent.url(), Arc::clone(&clock))?;
        let page = page::live_router(&target.join("www"), live.routes())?;
        let page_server = Server::start("the page", PAGE_PORT, page).await?;
        let resolve_customer = resolve_customer(&work, &url)?;
        Ok(Self {
            emulator: Http::new(url),
            clock,
            agent,
            resolve_customer,
            live,
            work,
            emulator_server,
            page_server,
        })
    }

    /// `http://127.0.0.1:PORT` of the emulator.
    pub fn emulator_url(&self) -> String {
        self.emulator_server.url()
    }

    /// The page's address.
    pub fn page_url(&self) -> String {
        format!("{}/", self.page_server.url())
    }

    /// The file of customers as it is now; empty where there is none.
    pub fn customers(&self) -> Result<String, FlowError> {
        let path = self.work.join("customers.jsonl");
        std::fs::read_to_string(&path)
            .map_err(|error| FlowError::Unexpected(format!("{}: {error}", path.display())))
    }

    /// Whether the agent's ledger has buckets of this query.
    pub async fn has_buckets(&self, query: &str) -> Result<bool, FlowError> {
        let agent = Http::new(self.agent.url());
        let mut after = String::new();
        loop {
            let page = agent.get(&format!("/v1/buckets?{query}{after}")).await?;
            let buckets = page.get("buckets").and_then(Value::as_array);
            let buckets = buckets.ok_or_else(|| FlowError::Unexpected(page.to_string()))?;
            match page.get("next").and_then(Value::as_str) {
                // A page without buckets may have a next one.
                Some(next) if buckets.is_empty() => {
                    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
                    after = format!("&after={next}");
                }
                _ => return Ok(!buckets.is_empty()),
            }
        }
    }

    /// Where the logs are.
    pub fn logs(&self) -> String {
        self.work.display().to_string()
    }

    /// Says what stays up, and what can be done with it.
    pub fn print_addresses(&self) {
        let agent = self.agent.url();
        println!(
            "\nUp until Ctrl-C, without faults. While the live view is open, usage flows and hours pass:"
        );
        println!("    the page        {}", self.page_url());
        println!("    the live view   {}#live", self.page_url());
        println!("    the emulator    {}", self.emulator_url());
        println!("    its ledger      {}/_emulator/ledger", self.emulator_url());
        println!("    the agent       {agent}, with /v1/events, /v1/buckets, /metrics");
        println!(
            "    post an event   curl {agent}/v1/events --json \"{}\"",
            event_in_shell(&self.page_url())
        );
        println!("    its buckets     {}", self.agent.buckets_command());
        println!("    logs            {}", self.logs());
    }

    /// Ends the agent and the function, and waits until they are gone.
    pub async fn stop(self) {
        self.live.end();
        self.agent.stop().await;
        self.resolve_customer.stop().await;
    }
}

fn resolve_customer(work: &Path, emulator_url: &str) -> Result<Function, FlowError> {
    let secret = format!("{:064x}", fastrand::u128(..));
    let customers = format!("file:{}", work.join("customers.jsonl").display());
    // Whatever has no endpoint of its own goes to the emulator, which knows no such service:
    // nothing can reach AWS.
    let environment = [
        ("AWS_ACCESS_KEY_ID", emulator::ACCESS_KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", emulator::SECRET_ACCESS_KEY),
        ("AWS_ENDPOINT_URL", emulator_url),
        ("AWS_ENDPOINT_URL_MARKETPLACE_METERING", emulator_url),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("CUSTOMERS", &customers),
        ("SIGN_UP_URL", SIGN_UP_URL),
        ("REGISTRATION_SECRET", &secret),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let spec = FunctionSpec {
        name: "resolve_customer".to_owned(),
        bootstrap: paths::binary("resolve_customer")?,
        environment: environment.into(),
        timeout: RESOLVE_TIMEOUT,
        memory_mb: 256,
        log: work.join("resolve_customer.log"),
    };
    Ok(Function::new(spec, 1))
}

/// An event that happens when the shell expands it, for double quotes.
fn event_in_shell(page: &str) -> String {
    let event = json!({
        "EventId": "$(date +%s%N)",
        "Timestamp": format!("$(curl -s {page}live/now)"),
        "LicenseArn": usage::license(1),
        "CustomerAWSAccountId": usage::account(1),
        "Dimension": usage::DIMENSIONS[0],
        "Quantity": 1,
    });
    event.to_string().replace('"', "\\\"")
}

fn setup(error: impl std::fmt::Display) -> FlowError {
    FlowError::Setup(error.to_string())
}
